import ArgumentParser
import Engine
import Foundation

/// Which pictures are trained on.
struct TrainingDataOptions: ParsableArguments {
    @Option(help: "Directory of the pictures.") var images: String
    @Option(help: "CSV file with the header image,labels; classes separated by semicolons.") var labels: String
    @Option(help: "File with one image name a line. Default: all images of the labels file.") var list: String?
    @Option(help: "File with one class a line, in the order of mask values. Default: the labels file's, sorted.")
    var classes: String?

    func read(threads: Int) throws -> TrainingSet {
        let set = try pictures(list: list, order: classes.map { try NameList.read(contentsOf: $0) }, threads: threads)
        for warning in set.warnings { Terminal.note("warning: \(warning)") }
        return set
    }

    /// The pictures of a list, with their labels.
    func pictures(list: String?, order: [String]?, threads: Int) throws -> TrainingSet {
        let names = try list.map { try NameList.read(contentsOf: $0) }
        let progress = CountProgress(unit: "pictures checked")
        let (file, problems) = try LabelsFile.reading(contentsOf: labels)
        return try TrainingSet(
            images: images, labels: file, labelProblems: problems, names: names, classes: order, threads: threads,
            progress: progress.show)
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
