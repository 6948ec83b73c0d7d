import Engine
import Foundation
import Server
import Text

/// One image of a `batch` run.
struct BatchItem: Sendable, Equatable {
    /// File name without extension: the mask's name.
    let name: String
    let path: String
    /// nil lets the classifier decide; of names that hold a comma the service knows whether they are lists.
    let labels: [String]?
}

/// The images of a `batch` run, found and checked before anything is sent.
struct BatchSet: Sendable {
    /// In the order of their names; at least one.
    let items: [BatchItem]
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
    ///   - directory: its image files; not what is in directories below.
    ///   - list: names, with or without extension; nil takes all images.
    ///   - labels: nil lets the classifier decide.
    /// - Throws: `Invalid`.
    init(directory: String, list: [String]?, labels: LabelsFile?) throws {
        var problems: [String] = []
        var notes: [String] = []
        let files: [String]
        do {
            files = try FileManager.default.contentsOfDirectory(atPath: directory).filter(BatchSet.isImage)
                .map { ByteKey($0) }.sorted().map(\.text)
        } catch {
            throw Invalid(problems: ["--images: \(directory) can't be read as a directory"])
        }
        var byName = Dictionary(grouping: files, by: { ByteKey(LabelsFile.stem($0)) })
        if let list {
            let wanted = Set(list.map { ByteKey(BatchSet.listedName($0)) })
            for name in wanted.subtracting(byName.keys).sorted() {
                problems.append(
                    "--list: \(name.text.shown) is no \(ImageFormat.fileExtensionNames) file in \(directory)")
            }
            byName = byName.filter { wanted.contains($0.key) }
        }
        if byName.isEmpty, problems.isEmpty {
            problems.append(
                list == nil
                    ? "\(directory): no \(ImageFormat.fileExtensionNames) files in it"
                    : "--list: there are no names in it")
        }
        var items: [BatchItem] = []
        for (name, files) in byName.sorted(by: { $0.key < $1.key }).map({ ($0.key.text, $0.value) }) {
            let path = URL(fileURLWithPath: directory).appendingPathComponent(files[0]).path
            if files.count > 1 {
                problems.append(
                    "\(files.joined(separator: " and ")) would both be \(name).png; rename one or label them in two runs"
                )
            }
            if let fault = BatchSet.fault(ofName: name) { problems.append("\(files[0]): \(fault)") }
            if let fault = BatchSet.fault(ofFile: path) { problems.append("\(path): \(fault)") }
            let known = labels?.line(of: files[0])?.candidates
            if labels != nil, known == nil {
                problems.append("\(files[0]): the labels file has no line for it; add one, or leave it out with --list")
            }
            items.append(BatchItem(name: name, path: path, labels: known))
        }
        guard problems.isEmpty else { throw Invalid(problems: problems) }
        if let labels, list == nil {
            let without = labels.lines.filter { byName[ByteKey(LabelsFile.stem($0.image))] == nil }
            if let first = without.first {
                notes.append(
                    "\(without.count) line\(without.count == 1 ? "" : "s") of the labels file without an image, "
                        + "the first is line \(first.number), \(first.image.shown)")
            }
        }
        self.items = items
        self.notes = notes
    }

    private static func isImage(_ file: String) -> Bool {
        ImageFormat.isImageFile(file)
    }

    /// `2007.0032` is a name, `2007.0032.jpg` a file.
    private static func listedName(_ line: String) -> String { isImage(line) ? LabelsFile.stem(line) : line }

    private static func fault(ofName name: String) -> String? {
        if name.utf8.count > longestName { return "its name is longer than \(longestName) bytes; rename it" }
        if let fault = NameRule.fault(in: name) { return "its name \(fault); rename it" }
        if name.isOne(of: ["", ".", ".."]) { return "its name without extension is \"\(name)\"; rename it" }
        return nil
    }

    private static func fault(ofFile path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return "can't be read: \(FileFault.words(errno))" }
        guard status.st_mode & S_IFMT == S_IFREG else { return "is not a file" }
        guard access(path, R_OK) == 0 else { return "can't be read: \(FileFault.words(errno))" }
        return status.st_size == 0 ? "is empty" : nil
    }
}
