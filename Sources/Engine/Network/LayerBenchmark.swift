/// Times the steps of a forward pass one by one, on the buffers of a whole pass: where its time goes, and how near each
/// step comes to what the processor can do.
public final class LayerBenchmark {
    public struct Step: Sendable, Encodable {
        public let name: String
        /// Of the layers as they are defined: what channels are padded with is not counted.
        public let multiplyAdds: Int
        /// Median of the repetitions.
        public let seconds: Double
    }

    private let network: CompiledNetwork
    private let size: MapSize
    private let team: ThreadTeam
    private let workspace = PassWorkspace()

    public init(model: Model, height: Int, width: Int, threads: Int) {
        network = model.network
        size = MapSize(height: height, width: width)
        team = ThreadTeam(size: threads)
    }

    public func run(repetitions: Int) -> [Step] {
        let input = FloatBuffer(ForwardBenchmark.picture(size))
        _ = network.forward(input.pointer, size: size, workspace: workspace, team: team)
        return network.steps.indices.map { [network, size, team, workspace] step in
            let seconds = Repetitions.seconds(max(1, repetitions), uncounted: 0) {
                team.run { index in
                    network.run(
                        step: step, input.pointer, size: size, workspace: workspace, index: index, members: team.size)
                }
            }
            let plan = workspace.plans[step]
            return Step(name: plan.name, multiplyAdds: plan.multiplyAdds, seconds: Quantiles(seconds).at(0.5))
        }
    }

    /// Multiply-adds a second of all threads at once that touch no memory, in the best of some runs. Together, since two
    /// processors of a virtual machine may be one core.
    public func peakMultiplyAdds() -> Double {
        let kernels = BlockedKernels.active
        let rounds = 1_000_000
        let done = Double(kernels.functions.multiply_adds(1) * rounds * team.size)
        let seconds = Repetitions.seconds(10, uncounted: 1) { [team] in
            team.run { _ in _ = kernels.functions.multiply_adds(rounds) }
        }
        return done / (seconds.min() ?? .infinity)
    }
}
