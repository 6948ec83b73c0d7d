import ArgumentParser
import Engine
import Foundation

struct BenchTrain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Time training steps of the network on made-up images.")

    @OptionGroup(title: "Objective") var objective: ObjectiveOptions
    @Option(help: "Images per step.") var batch = 16
    @Option(help: "Side of the training crops in pixels.") var crop = 288
    @Option(help: "Steps that are timed, after one that is not.") var repetitions = 10
    @Flag(help: "Print JSON.") var json = false
    @Option(help: "Architecture of the trunk.") var architecture = "efficientnet-lite0"
    @Option(help: "Input pixels a cell of the class maps.") var outputStride = 16
    @Option(help: "As of train: 0 freezes the trunk.") var backboneRate: Float = 1
    @Option(help: "Classes.") var classes = 20
    @OptionGroup var threads: ThreadsOption

    func validate() throws {
        guard (1...1024).contains(batch) else { throw ValidationError("--batch must be 1 to 1024") }
        guard (32...1024).contains(crop) else { throw ValidationError("--crop must be 32 to 1024") }
        guard backboneRate.isFinite, backboneRate >= 0 else {
            throw ValidationError("--backbone-rate must be 0 or more")
        }
        guard (1...10_000).contains(repetitions) else { throw ValidationError("--repetitions must be 1 to 10000") }
    }

    func run() throws {
        var recipe = Recipe(objective: objective.objective())
        (recipe.batch, recipe.crop) = (batch, crop)
        recipe.outputStride = outputStride
        recipe.optimizer.backboneFactor = backboneRate
        let bench = try TrainingBenchmark(
            architecture: architecture, classCount: classes, recipe: recipe, threads: threads.threads)
        let seconds = Spread(bench.run(repetitions: repetitions))
        let report = Report(
            method: objective.method.rawValue, posterior: objective.posterior.rawValue, samples: objective.samples,
            batch: batch, crop: crop, threads: threads.threads, kernels: Processor.kernels(for: recipe.objective),
            repetitions: repetitions, seconds: seconds, megabytes: Double(bench.bytes) / 1e6)
        try Bench.show(report, json: json)
    }

    private struct Report: BenchReport {
        let method: String
        let posterior: String
        let samples: Int
        let batch: Int
        let crop: Int
        let threads: Int
        let kernels: String
        let repetitions: Int
        let seconds: Spread
        let megabytes: Double

        var text: String {
            String(
                format: "%@ (%@, K %d), batch %d, crop %d, %d threads, %@\n"
                    + "%d steps: median %.3f s, minimum %.3f, maximum %.3f; buffers %.0f MB",
                method, posterior, samples, batch, crop, threads, kernels, repetitions, seconds.median,
                seconds.minimum, seconds.maximum, megabytes)
        }
    }
}
