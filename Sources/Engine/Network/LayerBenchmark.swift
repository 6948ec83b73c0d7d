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

    private let network: BlockedNetwork
    private let size: MapSize
    private let team: ThreadTeam
    private let workspace = BlockedWorkspace()

    public init(model: Model, height: Int, width: Int, threads: Int) {
        network = BlockedNetwork(model.network)
        size = MapSize(height: height, width: width)
        team = ThreadTeam(size: threads)
    }

    public func run(repetitions: Int) -> [Step] {
        let input = FloatBuffer(ForwardBenchmark.picture(size))
        _ = network.forward(input.pointer, size: size, workspace: workspace, team: team)
        return (0..<network.steps).map { [network, size, team, workspace] step in
            let seconds = Repetitions.seconds(max(1, repetitions), uncounted: 0) {
                team.run { index in
                    let member = LayerMember(index: index, count: team.size, scratch: workspace.scratch(of: index))
                    network.run(step: step, input.pointer, size: size, workspace: workspace, member: member)
                }
            }
            let (name, multiplyAdds) = describe(step)
            return Step(name: name, multiplyAdds: multiplyAdds, seconds: Quantiles(seconds).at(0.5))
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

    private func describe(_ step: Int) -> (name: String, multiplyAdds: Int) {
        guard step < network.blocks.count else {
            let (head, classifier) = (network.head, network.classifier)
            return (
                "head \(head.inputChannels)-\(head.outputChannels)-\(classifier.outputChannels)",
                workspace.outputSize.count
                    * (head.inputChannels * head.outputChannels + classifier.inputChannels * classifier.outputChannels)
            )
        }
        let block = network.blocks[step]
        let (input, output) = (workspace.plans[step].ring.input, workspace.plans[step].output)
        let (filter, project) = (block.depthwise, block.project)
        let perInput: Int
        let first: String
        switch block.source {
        case .stem(let stem): (perInput, first) = (stem.multiplyAdds, "stem")
        case .expand(let expand):
            (perInput, first) = (expand.inputChannels * expand.outputChannels, "\(expand.inputChannels)")
        }
        let perOutput =
            filter.channels * filter.kernel * filter.kernel + project.inputChannels * project.outputChannels
        let dilation = filter.dilation > 1 ? " dilation \(filter.dilation)" : ""
        return (
            "\(first)-\(filter.channels)-\(project.outputChannels) \(filter.kernel)x\(filter.kernel)"
                + (filter.stride > 1 ? " stride \(filter.stride)" : "") + dilation
                + " at \(output.height)x\(output.width)",
            input.count * perInput + output.count * perOutput
        )
    }
}
