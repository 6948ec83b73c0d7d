import ArgumentParser
import Engine

/// `--model FILE`, common to all commands that run a network.
struct ModelOption: ParsableArguments {
    @Option(name: .customLong("model"), help: "Model file (safetensors). Default: the model inside the binary.")
    var file: String?

    func load() throws -> Model {
        if let file { return try Model(contentsOf: file) }
        return try Model.embedded()
    }
}

/// `--threads N`, common to all commands that compute for long.
struct ThreadsOption: ParsableArguments {
    @Option(help: "Threads that compute. Default: the processor's cores.")
    var threads: Int = Processor.cores

    func validate() throws {
        guard (1...256).contains(threads) else { throw ValidationError("--threads must be 1 to 256, is \(threads)") }
    }
}
