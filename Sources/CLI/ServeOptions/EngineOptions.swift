import ArgumentParser

/// What the engine's process may take.
struct EngineOptions: ParsableArguments {
    /// What images of the default --maximum-pixels take at most, two at a time (docs/Operations.md): each thread may
    /// run the network at its largest scale.
    private static let standard = (least: 4 << 30, perThread: 768 << 20)

    @Option(
        help: ArgumentHelp(
            "Memory (address space) that the engine may take for images; one that needs more ends it, and is refused. "
                + "Default: 4294967296, with more than five threads 805306368 each.", valueName: "bytes"))
    var engineMemory: Int?

    func validate() throws {
        if let engineMemory { try require("--engine-memory", engineMemory, in: 1 << 28...1 << 46) }
    }

    func memory(threads: Int) -> Int {
        engineMemory ?? max(EngineOptions.standard.least, threads * EngineOptions.standard.perThread)
    }
}
