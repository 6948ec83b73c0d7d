import ArgumentParser

/// The size of a made-up picture for the network.
struct InputSizeOptions: ParsableArguments {
    @Option(help: "Input height in pixels.") var height = 320
    @Option(help: "Input width in pixels.") var width = 320

    func validate() throws {
        guard (1...8192).contains(height), (1...8192).contains(width) else {
            throw ValidationError("--height and --width must be 1 to 8192")
        }
    }
}
