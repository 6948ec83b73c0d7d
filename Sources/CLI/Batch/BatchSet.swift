import Engine
import Foundation
import Server
import Text

/// One image of a `batch` run.
struct BatchItem: Sendable, Equatable {
    /// Path relative to the directory of images, without extension: the mask's name.
    let name: String
    let path: String
    /// nil lets the classifier decide; of names that hold a comma the service knows whether they are lists.
    let labels: [String]?
}

/// An image without a mask.
struct BatchFailure: Sendable, Equatable {
    let name: String
    let reason: String
}

/// The images of a `batch` run, found and checked before anything is sent.
struct BatchSet: Sendable {
    /// In the order of their names; at least one.
    let items: [BatchItem]
    /// Images that can't be sent; each fails alone.
    let unusable: [BatchFailure]
    /// What is worth saying and no fault.
    let notes: [String]

    /// Everything that is wrong, each with what to do.
    struct Invalid: Error, CustomStringConvertible {
        let problems: [String]

        private static let shown = 50
        var description: String {
            let more = problems.count - Invalid.shown
            return
                (["\(problems.count) problem\(problems.count == 1 ? "" : "s"); nothing was sent"]
                + problems.prefix(Invalid.shown) + (more > 0 ? ["and \(more) more"] : [])).joined(separator: "\n  ")
        }
    }

    /// Bytes of an item's name that a server takes where its operator has not changed it.
    static let longestName = RequestLimits().maximumNameBytes

    /// - Parameters:
    ///   - path: of the directory of images.
    ///   - recursive: whether to take the images of folders below too.
    ///   - output: the directory of the results.
    ///   - list: names, with or without extension; nil takes all images.
    ///   - labels: nil lets the classifier decide.
    /// - Throws: `Invalid`.
    init(directory path: String, recursive: Bool, output: String, list: [String]?, labels: LabelsFile?) throws {
        let directory: ImageDirectory
        do throws(ImageDirectory.Unlistable) {
            directory = try ImageDirectory(path, recursive: recursive, excluding: output)
        } catch {
            throw Invalid(problems: ["--images: \(path): \(error)"])
        }
        var problems: [String] = []
        var notes = directory.leftOut.text.map { ["\(path): \($0)"] } ?? []
        var byName = Dictionary(grouping: directory.files, by: { ByteKey($0.stem) })
        let match = labels.map { LabelMatch($0, images: directory.files.map(\.stem)) }
        if let list {
            let chosen = BatchSet.choose(list, of: byName.keys.map(\.text), in: directory, &problems)
            byName = byName.filter { chosen.contains($0.key) }
        }
        if byName.isEmpty, problems.isEmpty {
            problems.append(
                list == nil ? "\(path): \(directory.emptiness)" : "--list: there are no names in it")
        }
        var (items, unusable): ([BatchItem], [BatchFailure]) = ([], [])
        for (name, files) in byName.sorted(by: { $0.key < $1.key }).map({ ($0.key.text, $0.value) }) {
            let file = files[0]
            if files.count > 1 {
                problems.append(
                    "\(files.map(\.name).joined(separator: " and ")) would both be \(name).png; rename one or label them "
                        + "in two runs")
            }
            if let fault = file.fault ?? BatchSet.fault(ofName: name) {
                unusable.append(BatchFailure(name: JobClient.printable(name), reason: fault))
                continue
            }
            let known = match?.line(of: name)?.candidates
            if let match, known == nil {
                problems.append("\(file.name): \(match.fault(of: name)); add one, or leave it out with --list")
            }
            items.append(BatchItem(name: name, path: directory.path(of: file.name), labels: known))
        }
        problems += ResultClash.all(in: items.map(\.name), extensions: ["png"]).map { clash in
            "\(clash.text(clash.image, clash.below)); rename one or label them in two runs"
        }
        if items.isEmpty, problems.isEmpty { problems = BatchSet.nothingToSend(unusable) }
        guard problems.isEmpty else { throw Invalid(problems: problems) }
        if list == nil, let match { notes += match.notes(directory) }
        self.items = items
        self.unusable = unusable
        self.notes = notes
    }

    /// Where no image can be sent, that is wrong with the set.
    static func nothingToSend(_ failures: [BatchFailure]) -> [String] {
        failures.map { "\($0.name.shown): \($0.reason)" }
    }

    private static func fault(ofName name: String) -> String? {
        if name.utf8.count > longestName { return "its name is longer than \(longestName) bytes; rename it" }
        return ImageName.fault(of: name)
    }
}
