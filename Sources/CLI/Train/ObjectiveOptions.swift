import ArgumentParser
import Engine
import Text

/// What training minimises.
struct ObjectiveOptions: ParsableArguments {
    @Option(help: "gap, gmp, isl, fsl, isl+fsl, seam or seam+isl+fsl.") var method: Objective.Method = .islFSL
    @Option(help: "What a cell's logits mean to ISL and FSL: binomial or multinomial.")
    var posterior: Objective.Posterior = .binomial
    @Option(help: "ISL: cells drawn per class and image.") var samples = 10
    @Option(help: "FSL: mu, where similar colours end.") var fslMu: Float = 2.5
    @Option(help: "FSL: sigma, its reach in cells of the class maps; 0 for no limit.") var fslSigma: Float = 5
    @Option(
        help: """
            Range in logits below which FSL and the equivariance losses do not stretch a class map to [0, 1]; 0 stretches
            every map, as the papers do.
            """)
    var mapRange: Float = 1
    @Option(
        help: """
            Weights of loss terms instead of the method's, such as isl=0.2,fsl=1 (gap, gmp, isl, fsl, er, ecr, rvmin).
            """)
    var lossWeights: LossWeightList?

    func validate() throws {
        guard (1...10_000).contains(samples) else { throw ValidationError("--samples must be 1 to 10000") }
        guard fslMu.isFinite, abs(fslMu) <= 20 else { throw ValidationError("--fsl-mu must lie within -20...20") }
        guard fslSigma.isFinite, fslSigma >= 0 else { throw ValidationError("--fsl-sigma must be 0 or more") }
        guard mapRange.isFinite, mapRange >= 0 else { throw ValidationError("--map-range must be 0 or more") }
        let weights = objective().weights
        guard Objective.Weights.names.contains(where: { weights[keyPath: $0.path] > 0 }) else {
            throw ValidationError("--loss-weights leaves no term with a weight above 0")
        }
    }

    func objective() -> Objective {
        var weights = Objective.Weights(method)
        for (path, value) in lossWeights?.values ?? [] { weights[keyPath: path] = value }
        var objective = Objective(
            weights: weights, posterior: posterior, samples: samples, mu: fslMu, sigma: fslSigma > 0 ? fslSigma : nil)
        objective.mapRange = mapRange
        return objective
    }
}

/// "isl=0.2,fsl=1"
struct LossWeightList: ExpressibleByArgument {
    let values: [(WritableKeyPath<Objective.Weights, Float> & Sendable, Float)]

    init?(argument: String) {
        var values: [(WritableKeyPath<Objective.Weights, Float> & Sendable, Float)] = []
        guard argument.isASCII else { return nil }
        for item in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = item.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let value = Float(parts[1]), value.isFinite, value >= 0,
                // The teacher's has an option of its own.
                let term = Objective.Weights.names.first(where: { $0.name == parts[0] && $0.name != "teacher" })
            else { return nil }
            values.append((term.path, value))
        }
        self.values = values
    }
}

extension Objective.Method: ExpressibleByArgument {}
extension Objective.Posterior: ExpressibleByArgument {}
