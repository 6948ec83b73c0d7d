import ArgumentParser
import Engine
import Foundation
import Text

/// Which images are trained on.
struct TrainingDataOptions: ParsableArguments {
    @Option(help: "Directory of the images.") var images: String
    @Flag(help: "Also look for bare names in folders below; paths are found in any case.") var recursive = false
    @Option(
        help: """
            CSV file with the columns image and labels; images by their paths relative to --images, classes separated by \
            semicolons or commas. An image without a class is a negative: it has none of them.
            """)
    var labels: String
    @Option(help: TextEncoding.help) var encoding: TextEncoding?
    @Option(help: "File with one image name a line. Default: all images of the labels file.") var list: String?
    @Option(help: "File with one class a line, in the order of mask values. Default: the labels file's, sorted.")
    var classes: String?
    @Flag(help: "Draw images of rare classes more often; an epoch stays as long as it is.") var balance = false

    /// What `labels` names, for all who need it: a stream can be read but once.
    func readLabels() throws -> LabelsSource { try LabelsSource(labels, encoding: encoding) }

    /// - Parameter source: of `readLabels`.
    /// - Throws: with everything that is wrong.
    func read(_ source: LabelsSource, threads: Int) throws -> TrainingSet {
        let set = try LabelledImages(what: "training images", images: images, recursive: recursive, labels: source)
            .read(list: list, classes: classes.map { try NameList.read(contentsOf: $0) }, threads: threads)
        guard set.examples.contains(where: { !$0.labels.isEmpty }) else {
            throw InvalidDataSet(
                what: "training images", problems: ["none of them has a class in \(labels): there is nothing to learn"])
        }
        return set
    }

    /// Says what is trained on, and what is odd about it.
    /// - Parameter whole: before images were held out.
    func announce(_ set: TrainingSet, of whole: TrainingSet, _ source: LabelsSource) {
        whole.notes.forEach(Terminal.note)
        let census = ClassCensus(set)
        Terminal.note(CensusTable(census: census, drawn: balance ? ClassBalance(set).frequencies : nil).text)
        let commas = classes == nil ? source.commas : nil
        for warning in census.warnings + [commas].compactMap(\.self) { Terminal.note("warning: \(warning)") }
    }
}

/// Where images are and what is in them.
struct LabelledImages {
    /// "training images": what problems are headed with.
    let what: String
    /// Directory.
    let images: String
    /// Whether a bare name may be that of an image in a folder below.
    let recursive: Bool
    let labels: LabelsSource

    /// - Parameters:
    ///   - list: file of the names to take; nil takes all of the labels file.
    ///   - classes: of the network; nil takes those of the labels file.
    func read(list: String?, classes: [String]?, threads: Int) throws -> TrainingSet {
        let names = try list.map { try NameList.read(contentsOf: $0) }
        let progress = CountProgress(unit: "\(what) checked")
        return try TrainingSet(
            what, images: images, recursive: recursive, labels: labels.file, labelProblems: labels.problems.lines,
            names: names, classes: classes, threads: threads, progress: progress.show)
    }
}

/// Progress of work whose total comes with the first call, and which may come again.
///
/// `@unchecked Sendable`: called from one thread at a time, as the checks promise.
final class CountProgress: @unchecked Sendable {
    private let unit: String
    private var report: ProgressReport?

    init(unit: String) { self.unit = unit }

    func show(done: Int, total: Int) {
        if report == nil { report = ProgressReport(total: total, unit: unit) }
        report?.advance()
        if done == total { report = nil }
    }
}
