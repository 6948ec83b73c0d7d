import ArgumentParser
import Engine
import Foundation

struct BenchLayers: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "layers", abstract: "Time the steps of a forward pass one by one, beside what is possible.")

    @OptionGroup var size: InputSizeOptions
    @Option(help: "How often each step is timed.") var repetitions = 50
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var model: ModelOption
    @OptionGroup var threads: ThreadsOption

    func validate() throws {
        guard (1...100_000).contains(repetitions) else { throw ValidationError("--repetitions must be 1 to 100000") }
    }

    func run() throws {
        let model = try model.load()
        let benchmark = LayerBenchmark(
            model: model, height: size.height, width: size.width, threads: threads.threads)
        let peak = benchmark.peakMultiplyAdds()
        let steps = benchmark.run(repetitions: repetitions)
        let report = Report(
            height: size.height, width: size.width, threads: threads.threads, kernels: Processor.kernels,
            peakGigaflops: peak * 2e-9,
            steps: steps.map { step in
                let flops = 2 * Double(step.multiplyAdds)
                return Step(
                    name: step.name, milliseconds: step.seconds * 1e3, gigaflops: flops / step.seconds * 1e-9,
                    shareOfPeak: flops / step.seconds / (2 * peak))
            })
        try Bench.show(report, json: json)
    }

    private struct Step: Encodable {
        let name: String
        let milliseconds: Double
        let gigaflops: Double
        let shareOfPeak: Double
    }

    private struct Report: BenchReport {
        let height: Int
        let width: Int
        let threads: Int
        let kernels: String
        /// Multiply-adds from registers alone, times the threads.
        let peakGigaflops: Double
        let steps: [Step]

        var text: String {
            let head =
                "\(height) x \(width), \(threads) threads, \(kernels), peak \(format(peakGigaflops, 0)) GFLOP/s\n"
            let rows = steps.map {
                "\(format($0.milliseconds, 3)) ms \(format($0.gigaflops, 0)) GFLOP/s "
                    + "\(format(100 * $0.shareOfPeak, 0)) %  \($0.name)"
            }
            let total = steps.reduce(0) { $0 + $1.milliseconds }
            return head + (rows + ["\(format(total, 3)) ms together"]).joined(separator: "\n")
        }

        private func format(_ value: Double, _ places: Int) -> String {
            String(format: "%\(5 + places).\(places)f", value)
        }
    }
}
