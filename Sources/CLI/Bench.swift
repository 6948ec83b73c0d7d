import ArgumentParser
import Engine
import Foundation
import Text

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time the engine on this machine.",
        subcommands: [BenchForward.self, BenchLayers.self, BenchLabel.self, BenchTrain.self, BenchConvolution.self])

    static func show(_ report: some BenchReport, json: Bool) throws {
        guard json else { return Terminal.result(report.text) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        Terminal.result(String(decoding: try encoder.encode(report), as: UTF8.self))
    }

    static func write(_ tensors: Data, to file: String) throws {
        do {
            try tensors.write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw ValidationError("--output \(file) can't be written: \(FileFault.words(of: error))")
        }
    }
}

/// What a benchmark prints, for people or as JSON.
protocol BenchReport: Encodable {
    var text: String { get }
}

struct BenchForward: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forward", abstract: "Time the network's forward pass.")

    @OptionGroup var size: InputSizeOptions
    @Option(
        help: """
            File (safetensors) whose tensor input, [pictures, 3, height, width], normalised as the model says, is \
            computed instead of one made-up picture.
            """)
    var input: String?
    @Option(help: "File (safetensors) to write the tensor logits to, [pictures, classes, rows, columns].")
    var output: String?
    @Option(help: "Passes that are timed, after a tenth as many that are not.") var repetitions = 50
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var model: ModelOption
    @OptionGroup var threads: ThreadsOption

    func validate() throws {
        guard (1...100_000).contains(repetitions) else { throw ValidationError("--repetitions must be 1 to 100000") }
    }

    func run() throws {
        let model = try model.load()
        let bench =
            try input.map { try ForwardBenchmark(model: model, contentsOf: $0, threads: threads.threads) }
            ?? ForwardBenchmark(model: model, height: size.height, width: size.width, threads: threads.threads)
        let seconds = bench.run(repetitions: repetitions)
        let report = Report(
            model: model.name, architecture: model.description.architecture,
            outputStride: model.description.outputStride, pictures: bench.pictures, height: bench.height,
            width: bench.width, threads: threads.threads, kernels: Processor.kernels, repetitions: repetitions,
            milliseconds: Spread(seconds.map { $0 * 1000 }), megabytes: Double(bench.workspaceBytes) / 1e6)
        try Bench.show(report, json: json)
        try output.map { try Bench.write(try bench.outputs(), to: $0) }
    }

    private struct Report: BenchReport {
        let model: String
        let architecture: String
        let outputStride: Int
        let pictures: Int
        let height: Int
        let width: Int
        let threads: Int
        let kernels: String
        let repetitions: Int
        let milliseconds: Spread
        let megabytes: Double

        var text: String {
            """
            \(architecture) (\(model)), stride \(outputStride), pictures \(pictures) of \(height) x \(width), \
            \(threads) threads, \(kernels)
            \(repetitions) passes: median \(format(milliseconds.median)) ms, \
            quartiles \(format(milliseconds.lowerQuartile)) to \(format(milliseconds.upperQuartile)), \
            minimum \(format(milliseconds.minimum)), maximum \(format(milliseconds.maximum)); \
            buffers \(format(megabytes)) MB
            """
        }

        private func format(_ value: Double) -> String { String(format: "%.2f", value) }
    }
}

/// Where a sample's values lie.
struct Spread: Encodable, Equatable {
    let minimum: Double
    let lowerQuartile: Double
    let median: Double
    let upperQuartile: Double
    let maximum: Double

    /// - Precondition: not empty.
    init(_ values: [Double]) {
        precondition(!values.isEmpty)
        let quantiles = Quantiles(values)
        minimum = quantiles.at(0)
        lowerQuartile = quantiles.at(0.25)
        median = quantiles.at(0.5)
        upperQuartile = quantiles.at(0.75)
        maximum = quantiles.at(1)
    }
}
