import ArgumentParser
import Engine
import Foundation

struct BenchConvolution: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convolution", abstract: "Time a stack of 3x3 convolutions with bias and ReLU.")

    @Option(help: "Channels of every layer.") var channels = 512
    @Option(help: "Height of the maps in cells.") var height = 40
    @Option(help: "Width of the maps in cells.") var width = 40
    @Option(help: "Layers, one after the other.") var layers = 4
    @Option(help: "Distance of a filter's taps in cells.") var dilation = 1
    @Option(
        help: """
            File (safetensors) with input [1, channels, height, width], weights [layers, channels, channels, 3, 3] and \
            bias [layers, channels], computed instead of made-up values.
            """)
    var input: String?
    @Option(help: "File (safetensors) to write the tensor output to, [1, channels, height, width].")
    var output: String?
    @Option(help: "Passes that are timed, after a tenth as many that are not.") var repetitions = 10
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var threads: ThreadsOption

    func validate() throws {
        guard (1...4096).contains(channels) else { throw ValidationError("--channels must be 1 to 4096") }
        guard (1...1024).contains(height), (1...1024).contains(width) else {
            throw ValidationError("--height and --width must be 1 to 1024")
        }
        guard (1...64).contains(layers) else { throw ValidationError("--layers must be 1 to 64") }
        guard (1...64).contains(dilation) else { throw ValidationError("--dilation must be 1 to 64") }
        guard (1...100_000).contains(repetitions) else { throw ValidationError("--repetitions must be 1 to 100000") }
    }

    func run() throws {
        let bench =
            try input.map { try ConvolutionBenchmark(contentsOf: $0, dilation: dilation, threads: threads.threads) }
            ?? ConvolutionBenchmark(
                channels: channels, height: height, width: width, dilation: dilation, layers: layers,
                threads: threads.threads)
        let seconds = bench.run(repetitions: repetitions)
        let report = Report(
            channels: bench.channels, height: bench.height, width: bench.width, layers: bench.layerCount,
            dilation: dilation, threads: threads.threads, kernels: Processor.kernels, repetitions: repetitions,
            milliseconds: Spread(seconds.map { $0 * 1000 }))
        try Bench.show(report, json: json)
        try output.map { try Bench.write(try bench.output(), to: $0) }
    }

    private struct Report: BenchReport {
        let channels: Int
        let height: Int
        let width: Int
        let layers: Int
        let dilation: Int
        let threads: Int
        let kernels: String
        let repetitions: Int
        let milliseconds: Spread

        var text: String {
            String(
                format: "%d convolutions 3x3, %d channels, %d x %d, dilation %d, %d threads, %@\n"
                    + "%d passes: median %.2f ms, minimum %.2f, maximum %.2f",
                layers, channels, height, width, dilation, threads, kernels, repetitions, milliseconds.median,
                milliseconds.minimum, milliseconds.maximum)
        }
    }
}
