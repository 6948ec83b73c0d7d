/// Times the network's forward pass as the pipeline runs it.
public final class ForwardBenchmark {
    private let network: Network
    private let size: MapSize
    private let team: ThreadTeam
    private let workspace = NetworkWorkspace()
    private let input: [Float]

    public init(model: Model, height: Int, width: Int, threads: Int) {
        network = model.network
        size = MapSize(height: height, width: width)
        team = ThreadTeam(size: threads)
        // Any picture-like values do: the time does not depend on them.
        input = (0..<3 * height * width).map { Float($0 &* 7919 % 255) / 128 - 1 }
    }

    /// Bytes of the network's buffers after a run.
    public var workspaceBytes: Int { workspace.bytes }

    /// - Returns: seconds of each repetition, after a tenth as many that warm up caches and are not counted.
    public func run(repetitions: Int) -> [Double] {
        for _ in 0..<max(1, repetitions / 10) { pass() }
        return (0..<repetitions).map { _ in
            let start = ContinuousClock.now
            pass()
            return (ContinuousClock.now - start) / .seconds(1)
        }
    }

    private func pass() {
        _ = network.forward(input, size: size, workspace: workspace, team: team)
    }
}
