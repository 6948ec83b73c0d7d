import Testing

@testable import Engine

struct ObjectiveTests {
    /// What the gradient of one class's mean logit is where a network has `classes` of them, all alike.
    private func gradient(classes: Int, _ term: WritableKeyPath<Objective.Weights, Float>) -> Float {
        var weights = Objective.Weights()
        weights[keyPath: term] = 1
        let multiples = Objective(weights: weights).multiples(classes: classes)
        let logits = [Float](repeating: 0.3, count: classes * 6)
        let labels = [Float](repeating: 1, count: classes)
        var gradient = [Float](repeating: 0, count: classes * 6)
        _ = GlobalAveragePooling.loss(
            logits: logits, cells: 6, labels: labels, weight: multiples[keyPath: term], gradient: &gradient)
        return gradient[0]
    }

    @Test(arguments: [1, 2, 3, 5, 20, 80, 300])
    func classLearnsAsFast_whateverTheNumberOfClasses(classes: Int) {
        let objective = Objective(weights: .init())
        let expected = gradient(classes: 20, \.gap)
        #expect(expected < 0)
        let found = gradient(classes: classes, \.gap) * objective.classLayerFactor(classes: classes)
        #expect(abs(found / expected - 1) < 1e-5)
    }

    /// Classes that all want the same of it do not add up.
    @Test(arguments: [1, 20, 80, 300]) func trunkGetsNoMoreThanAMean(classes: Int) {
        let sum = Float(classes) * gradient(classes: classes, \.gap)
        #expect(abs(sum) <= abs(20 * gradient(classes: 20, \.gap)) * 1.00001)
    }

    @Test(arguments: Objective.Method.allCases)
    func twentyClasses_haveThePublishedWeightsToTheBit(method: Objective.Method) {
        let objective = Objective(weights: .init(method))
        #expect(objective.multiples(classes: 20) == objective.weights)
    }

    @Test func termsThatAreNoMeansOverClasses_keepTheirWeights() {
        var weights = Objective.Weights(.seamISLFSL)
        weights.teacher = 0.7
        let (few, many) = (
            Objective(weights: weights).multiples(classes: 1), Objective(weights: weights).multiples(classes: 300)
        )
        for path in [\Objective.Weights.fsl, \.rvmin, \.teacher] {
            #expect(few[keyPath: path] == weights[keyPath: path] && many[keyPath: path] == weights[keyPath: path])
        }
        for path in [\Objective.Weights.gap, \.isl, \.er, \.ecr] {
            #expect(abs(many[keyPath: path] / few[keyPath: path] - 20) < 0.001)
        }
    }
}
