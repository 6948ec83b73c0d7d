import Testing

@testable import Engine

struct ClassBalanceTests {
    /// 60 images: 45 of "often", 4 of "seldom" of which one has both, 12 negatives.
    private func make() throws -> (DataSetFolder, TrainingSet) {
        let folder = try DataSetFolder()
        var lines = ["image,labels"]
        for number in 0..<60 {
            try folder.writePicture("p\(number).png")
            let labels = number < 44 ? "often" : number == 44 ? "often;seldom" : number < 48 ? "seldom" : ""
            lines.append("p\(number),\(labels)")
        }
        let file = try LabelsFile(text: lines.joined(separator: "\n"), path: "l.csv")
        return (folder, try TrainingSet(images: folder.path, labels: file, threads: 2))
    }

    @Test func weights_areRepeatFactorsAtTheLengthOfAnEpoch() throws {
        let (folder, set) = try make()
        defer { withExtendedLifetime(folder) {} }
        let balance = ClassBalance(set)
        // f = 45/60 and 4/60, t = 49/120.
        let factor = (Double(49) / 120 / (4.0 / 60)).squareRoot()
        let scale = 60 / (56 + 4 * factor)
        for (index, weight) in balance.weights.enumerated() {
            let expected = (44..<48).contains(index) ? factor * scale : scale
            #expect(abs(weight - expected) < 1e-12)
        }
        #expect(abs(balance.weights.reduce(0, +) - 60) < 1e-9)
        #expect(abs(balance.frequencies[1] - 4 * factor * scale / 60) < 1e-12)
        #expect(abs(balance.frequencies[0] - (44 + factor) * scale / 60) < 1e-12)
    }

    @Test func epochs_keepTheirLengthAndDrawEachImageAsOftenAsItsWeightSays() throws {
        let (folder, set) = try make()
        defer { withExtendedLifetime(folder) {} }
        let weights = ClassBalance(set).weights
        let order = BatchOrder(seed: 3, exampleCount: 60, batchSize: 7, weights: weights)
        var totals = [Int](repeating: 0, count: 60)
        let epochs = 400
        for epoch in 0..<epochs {
            let examples = order.examples(inEpoch: epoch)
            #expect(examples.count == 60 && order.examples(inEpoch: epoch) == examples)
            var counts = [Int](repeating: 0, count: 60)
            for example in examples { counts[example] += 1 }
            for (count, weight) in zip(counts, weights) {
                #expect(count == Int(weight.rounded(.down)) || count == Int(weight.rounded(.up)))
            }
            for index in counts.indices { totals[index] += counts[index] }
        }
        for (total, weight) in zip(totals, weights) {
            #expect(abs(Double(total) / Double(epochs) - weight) < 0.1, "\(total) of \(weight)")
        }
        #expect(Set((0..<4).map(order.examples)).count == 4)
        #expect(
            BatchOrder(seed: 4, exampleCount: 60, batchSize: 7, weights: weights).examples(inEpoch: 0)
                != order.examples(inEpoch: 0))
    }

    @Test func extremeWeights_stillMakeAWholeEpoch() {
        let all: [[Double]] = [[3, 0, 0], [1e-300, 3, 1e-300], [0.1, 0.2, 2.7], [1.0000001, 0.9999999, 1 - 1e-13]]
        for weights in all {
            let order = BatchOrder(seed: 1, exampleCount: 3, batchSize: 2, weights: weights)
            for epoch in 0..<50 { #expect(order.examples(inEpoch: epoch).count == 3) }
        }
    }

    @Test func withoutBalance_theOrderIsAPermutationOfItsOwnStream() {
        var random = RandomStream(seed: 5, .order, 2)
        #expect(
            BatchOrder(seed: 5, exampleCount: 40, batchSize: 8).examples(inEpoch: 2) == random.permutation(of: 40))
        let even = BatchOrder(seed: 5, exampleCount: 40, batchSize: 8, weights: [Double](repeating: 1, count: 40))
        #expect(even.examples(inEpoch: 2).sorted() == Array(0..<40))
    }
}
