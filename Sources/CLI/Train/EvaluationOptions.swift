import ArgumentParser
import Engine
import Foundation

/// With what ground truth a training run is judged.
struct EvaluationOptions: ParsableArguments {
    @Option(name: .customLong("validate"), help: "Directory of ground-truth masks (indexed PNG, 255 ignored).")
    var truth: String?
    @Option(help: "File with the names of the images to validate on; needs --validate.") var validateList: String?
    @Option(
        help: "Names of training images on which the model's default background score is chosen; needs --validate.")
    var calibrateList: String?
    @Option(help: "Epochs between two quick looks (one scale) at the validation images; 0 for none.")
    var validateEvery = 1
    @Option(help: "Scales of the evaluation at the end, separated by commas; each is seen mirrored too.")
    var validateScales: ScaleList?

    /// Whether validation images are looked at between epochs.
    var hasQuickLooks: Bool { truth != nil && validateEvery > 0 }

    func validate() throws {
        guard (truth == nil) == (validateList == nil) else {
            throw ValidationError("--validate and --validate-list go together")
        }
        guard calibrateList == nil || truth != nil else { throw ValidationError("--calibrate-list needs --validate") }
        guard validateEvery >= 0 else { throw ValidationError("--validate-every must be 0 or more") }
        // Found wrong at the end of a run, they would cost it.
        let (scales, range) = (validateScales?.values ?? [1], LabelingOptions.scaleRange)
        guard scales.count <= LabelingOptions.maximumScales, Set(scales).count == scales.count,
            scales.allSatisfy(range.contains)
        else {
            throw ValidationError(
                "--validate-scales must be up to \(LabelingOptions.maximumScales) scales within "
                    + "\(range.lowerBound) to \(range.upperBound), each once")
        }
    }

    /// Checks lists, pictures and masks.
    func judges(data: TrainingDataOptions, classes: [String], threads: Int) throws -> TrainingJudges {
        func set(_ list: String?) throws -> TrainingJudges.Named? {
            guard let list, let truth else { return nil }
            let pictures = try data.pictures(list: list, order: classes, threads: threads)
            return TrainingJudges.Named(
                name: URL(fileURLWithPath: list).lastPathComponent,
                set: try EvaluationSet(pictures, groundTruth: truth, threads: threads))
        }
        return TrainingJudges(
            validation: try set(validateList), calibration: try set(calibrateList), every: validateEvery,
            scales: validateScales?.values ?? LabelingOptions.defaultScales, threads: threads)
    }
}

/// The sets with ground truth, and how they are used.
struct TrainingJudges {
    struct Named {
        let name: String
        let set: EvaluationSet
    }

    let validation: Named?
    let calibration: Named?
    /// Epochs between two quick looks; 0 for none.
    let every: Int
    /// Of the evaluation at the end.
    let scales: [Double]
    let threads: Int

    /// One scale, not mirrored: what curves are drawn of.
    func quickLook(_ model: Model) throws -> CAMEvaluation.Result? {
        try validation.map { try CAMEvaluation(model: model, threads: threads, scales: [1], flip: false).run($0.set) }
    }

    func full(_ model: Model, _ judge: Named) throws -> CAMEvaluation.Result {
        let progress = CountProgress(unit: "images of \(judge.name) evaluated")
        return try CAMEvaluation(model: model, threads: threads, scales: scales).run(judge.set, progress: progress.show)
    }
}
