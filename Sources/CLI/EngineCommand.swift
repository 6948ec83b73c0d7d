import ArgumentParser
import Engine
import Server

/// The engine of `serve`, in a process of its own. For the server only, which talks to it over its standard input and
/// output.
struct EngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "engine", shouldDisplay: false)

    @Option var maximumPixels = ImageDecoder.defaultMaximumPixels
    @OptionGroup var engine: EngineOptions
    @OptionGroup var model: ModelOption
    @OptionGroup var threads: ThreadsOption
    /// Says what the sandbox refuses, and ends.
    @Flag var checkSandbox = false

    /// The command line of an engine.
    static func arguments(
        model: ModelOption, threads: ThreadsOption, maximumPixels: Int, engine: EngineOptions
    ) -> [String] {
        var words = [
            "engine", "--threads", "\(threads.threads)", "--maximum-pixels", "\(maximumPixels)", "--engine-memory",
            "\(engine.memory(threads: threads.threads))",
        ]
        // One word: a file's name may begin with a dash.
        if let file = model.file { words.append("--model=\(file)") }
        return words
    }

    func run() throws {
        let sandbox = EngineHost.prepare()
        let memory = engine.memory(threads: threads.threads)
        if checkSandbox { EngineHost.checkSandbox(sandbox, memory: memory) }
        let pipeline = Pipeline(
            model: try model.load(), threads: threads.threads, decoder: ImageDecoder(maximumPixels: maximumPixels))
        EngineHost.run(pipeline, kernels: Processor.kernels, memory: memory, sandbox)
    }
}
