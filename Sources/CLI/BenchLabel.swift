import ArgumentParser
import Engine
import Foundation

struct BenchLabel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label", abstract: "Time the whole pipeline on one picture, stage by stage.")

    @Argument(help: "A \(ImageFormat.names).") var image: String
    @Option(help: "Resize the picture to this width first; with --height.") var width: Int?
    @Option(help: "Resize the picture to this height first; with --width.") var height: Int?
    @Option(help: "How many classes are in the picture: the model's first. Default: the classifier decides.")
    var classes: Int?
    @Option(help: "Scales at which the network sees the picture, separated by commas.") var scales: ScaleList?
    @Flag(inversion: .prefixedNo, help: "Whether the network sees each scale mirrored too.") var flip = true
    @Option(help: "Refinement of the class maps: binomial, multinomial or none.") var refinement = Refinement.binomial
    @Option(help: "Runs that are timed, after one that is not.") var repetitions = 10
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var model: ModelOption
    @OptionGroup var threads: ThreadsOption

    func validate() throws {
        guard (width == nil) == (height == nil) else { throw ValidationError("give --width and --height together") }
        for side in [width, height].compactMap(\.self) {
            guard (1...8192).contains(side) else { throw ValidationError("--width and --height must be 1 to 8192") }
        }
        guard (1...10_000).contains(repetitions) else { throw ValidationError("--repetitions must be 1 to 10000") }
    }

    func run() throws {
        let model = try model.load()
        if let classes {
            guard (1...model.description.classes.count).contains(classes) else {
                throw ValidationError("--classes must be 1 to the model's \(model.description.classes.count)")
            }
        }
        let options = try LabelingOptions(
            model: model.description, scales: scales?.values, flip: flip, refinement: refinement)
        let size = width.flatMap { width in height.map { (width: width, height: $0) } }
        let bench = try LabelBenchmark(
            pipeline: Pipeline(model: model, threads: threads.threads),
            picture: try Data(contentsOf: URL(fileURLWithPath: image)), size: size,
            labels: classes.map { Array(0..<$0) }, options: options)
        let stages = try bench.run(repetitions: repetitions)
        let totals = (0..<repetitions).map { run in stages.reduce(0) { $0 + $1.seconds[run] * 1000 } }
        let report = Report(
            threads: threads.threads, kernels: Processor.kernels, repetitions: repetitions,
            milliseconds: Spread(totals),
            stages: stages.map { Stage(stage: $0.stage, milliseconds: Spread($0.seconds.map { $0 * 1000 }).median) })
        try Bench.show(report, json: json)
    }

    private struct Stage: Encodable {
        let stage: String
        /// Median.
        let milliseconds: Double
    }

    private struct Report: BenchReport {
        let threads: Int
        let kernels: String
        let repetitions: Int
        /// Of all stages together.
        let milliseconds: Spread
        let stages: [Stage]

        var text: String {
            let head = "\(threads) threads, \(kernels)\n"
            let rows = stages.map { String(format: "%8.2f ms  %@", $0.milliseconds, $0.stage) }
            return head
                + (rows + [String(format: "%8.2f ms  together (median of %d runs)", milliseconds.median, repetitions)])
                .joined(separator: "\n")
        }
    }
}
