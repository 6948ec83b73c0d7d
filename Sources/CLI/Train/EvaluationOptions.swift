import ArgumentParser
import Engine
import Foundation

/// With what ground truth a training run is judged.
struct EvaluationOptions: ParsableArguments {
    @Option(name: .customLong("validate"), help: "Directory of ground-truth masks (indexed PNG, 255 ignored).")
    var truth: String?
    @Option(help: "File with the names of the images to validate on; needs --validate.") var validateList: String?
    @Option(help: "Directory of the images to validate on. Default: that of --images.") var validateImages: String?
    @Option(help: "CSV file with the labels of the images to validate on. Default: that of --labels.")
    var validateLabels: String?
    @Flag(help: "Validate also on images that are trained on: figures that are too good.") var allowOverlap = false
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
        for (option, isGiven) in [
            ("--validate-images", validateImages != nil), ("--validate-labels", validateLabels != nil),
            ("--allow-overlap", allowOverlap),
        ] where isGiven && validateList == nil { throw ValidationError("\(option) needs --validate-list") }
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

    /// Checks lists, images and masks.
    /// - Parameters:
    ///   - data: the options of the training images, where images are looked for unless other places are given.
    ///   - labels: of the training images.
    ///   - training: what is trained on; its classes are those of all images.
    func judges(
        data: TrainingDataOptions, labels: LabelsSource, training: TrainingSet, threads: Int
    ) throws -> TrainingJudges {
        func named(_ list: String?, _ images: LabelledImages) throws -> (name: String, set: TrainingSet)? {
            try list.map {
                (
                    URL(fileURLWithPath: $0).lastPathComponent,
                    try images.read(list: $0, classes: training.classes, threads: threads)
                )
            }
        }
        func judge(_ what: String, _ found: (name: String, set: TrainingSet)?) throws -> TrainingJudges.Named? {
            guard let found, let truth else { return nil }
            let set = try EvaluationSet(found.set, groundTruth: truth, what: what, threads: threads)
            for warning in set.warnings { Terminal.note("warning: \(warning)") }
            return TrainingJudges.Named(name: found.name, set: set)
        }
        let (validating, calibrating) = ("validation images", "calibration images")
        let validation = try named(
            validateList,
            LabelledImages(
                what: validating, images: validateImages ?? data.images, recursive: data.recursive,
                labels: validateLabels.map { try LabelsSource($0, encoding: data.encoding) } ?? labels))
        if let validation {
            try OverlapCheck(validation: validation.set, training: training, trainingList: data.list)
                .run(isAllowed: allowOverlap)
        }
        let calibration = try named(
            calibrateList,
            LabelledImages(what: calibrating, images: data.images, recursive: data.recursive, labels: labels))
        return TrainingJudges(
            validation: try judge(validating, validation), calibration: try judge(calibrating, calibration),
            every: validateEvery,
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
