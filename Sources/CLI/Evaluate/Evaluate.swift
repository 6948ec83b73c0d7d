import ArgumentParser
import Engine
import Foundation

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure masks, or class maps, against ground truth.",
        discussion: """
            Prints mean IoU, contour F, pixel accuracy and the figures of every class, with bootstrap intervals over \
            the images. With --maps the background score is swept and the best of this set taken, unless --background \
            gives one. --out writes OUT/evaluation.json and OUT/report.html. Without --list every directory must \
            hold the same images. Whatever is missing, damaged or of another size is reported at once, and the exit \
            status is 1.
            """)

    @Option(help: "Directory of masks: NAME.png, indexed, gray or in VOC's colours; 255 leaves a pixel out.")
    var predictions: String?
    @Option(help: "Directory of class maps: NAME.safetensors, as label --format maps writes them.") var maps: String?
    @Option(help: "Directory of ground-truth masks; 255 ignores a pixel.") var groundTruth: String
    @Option(help: "File with one image name a line. Default: all images.") var list: String?
    @Option(
        help: """
            File with one class a line, in the order of mask values, or a labelmap.txt. The background stands in the \
            first line or is left out.
            """)
    var classes: String?
    @Option(help: "Directory of the pictures, to show the best, the median and the worst of each class in the report.")
    var images: String?
    @Option(help: "Directory of another run's masks, to compare image by image.") var compare: String?
    @Option(help: "Background score of --maps, 0 to 0.99 in hundredths. Default: the best of this set.") var background:
        Float?
    @Option(help: "Directory to write evaluation.json and report.html to.") var out: String?
    @Flag(help: "Print JSON.") var json = false
    @Option(help: "Resamples of the bootstrap intervals, 100 to 10000.") var bootstrap = 1000
    @Option(help: "Seed of the resamples.") var seed: UInt64 = 1
    @OptionGroup var threads: ThreadsOption

    func validate() throws {
        guard (predictions == nil) != (maps == nil) else { throw ValidationError("give --predictions or --maps") }
        guard background == nil || maps != nil else { throw ValidationError("--background needs --maps") }
        if let background, !(0...0.99).contains(background) {
            throw ValidationError("--background must be 0 to 0.99, is \(background)")
        }
        guard images == nil || out != nil else { throw ValidationError("--images is for the report and needs --out") }
        guard (100...10_000).contains(bootstrap) else {
            throw ValidationError("--bootstrap must be 100 to 10000, is \(bootstrap)")
        }
    }

    func run() throws {
        let output = try out.map { try EvaluationOutput(directory: $0) }
        let given = try classes.map { try ClassFile.read(contentsOf: $0) }
        let folders = [maps.map(PredictionFolder.maps), predictions.map(PredictionFolder.masks)]
        let runs = (folders + [compare.map(PredictionFolder.masks)]).compactMap(\.self)
        var set = try PredictionSet(
            runs: runs, groundTruth: groundTruth, pictures: images,
            names: list.map { try NameList.read(contentsOf: $0) }, classCount: given?.count)
        var curve: SweepCurve?
        if maps != nil {
            let sweep = try set.sweep(threads: threads.threads, progress: CountProgress(unit: "maps swept").show)
            set.backgroundScore = background.map { ($0 * 100).rounded() / 100 } ?? sweep.bestScore
            curve = sweep
        }
        let scores = try set.scores(threads: threads.threads, progress: CountProgress(unit: "images scored").show)
        let census = TruthCensus(scores[0].map(TruthContent.init), names: set.names)
        try refuse(scores, runs: runs.map(\.path), census, names: set.names)
        let warnings = Evaluation.warnings(census, scores[0])
        for warning in warnings { Terminal.note("warning: \(warning)") }
        let classCount = given?.count ?? scores.joined().map(\.highestIndex).max() ?? 0
        let names = ["background"] + (given ?? (0..<classCount).map { "class \($0 + 1)" })
        let evaluation = Evaluation(
            Evaluation.Provenance(self, names: set.names), warnings: warnings, names: set.names, classes: names,
            scores: scores,
            bootstrap: Bootstrap(resamples: bootstrap, seed: seed, threads: threads.threads),
            sweep: curve.map { Evaluation.Sweep($0, score: set.backgroundScore, isGiven: background != nil) },
            comparedWith: compare)
        if let output {
            try output.write(evaluation)
            let samples = try EvaluationSamples(set, scores[0], classCount: classCount, threads: threads.threads)
            try output.write(EvaluationReport(evaluation, samples: samples).html)
        }
        Terminal.result(json ? try evaluation.json() : EvaluationTable(evaluation).text)
    }

    /// Stops before a figure that would be one of nothing, or of masks in another coding than they are read in.
    /// - Parameters:
    ///   - scores: [run][image].
    ///   - runs: their directories.
    ///   - census: of the ground truth.
    private func refuse(
        _ scores: [[ImageScore]], runs: [String], _ census: TruthCensus, names: [String]
    ) throws(InvalidDataSet) {
        if classes == nil, let fault = SixteenBitVoid(scores.joined()).fault {
            throw InvalidDataSet(what: "masks to evaluate", problems: [fault])
        }
        if let fault = census.fault { throw InvalidDataSet(what: "ground truth in \(groundTruth)", problems: [fault]) }
        for (path, scores) in zip(runs, scores) {
            guard let fault = PredictionCensus(scores, names: names).fault else { continue }
            throw InvalidDataSet(what: "predictions in \(path)", problems: [fault])
        }
    }
}
