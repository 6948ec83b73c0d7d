import Engine
import Text

/// A labels file that was read, and what is wrong with its lines: told with what is wrong with the images.
struct LabelsSource {
    let file: LabelsFile
    let problems: ProblemList

    /// - Throws: for what is no labels file at all.
    init(_ path: String, encoding: TextEncoding?) throws {
        (file, problems) = try LabelsFile.reading(contentsOf: path, encoding: encoding)
    }

    /// What to say of labels that were parted at commas, where the file's fields are too: someone put them in quotation
    /// marks, perhaps for a name that has a comma. Nil where there are none.
    var commas: String? {
        guard file.separator == UInt8(ascii: ",") else { return nil }
        let parted = file.lines.filter { $0.labels.count > 1 && $0.text.utf8.contains(UInt8(ascii: ",")) }
        guard let first = parted.first else { return nil }
        let names = first.labels.prefix(3).map { "\"\($0.shown)\"" }.joined(separator: ", ")
        return "commas part the labels of \(parted.count) image\(parted.count == 1 ? "" : "s"), the first in line "
            + "\(first.number) (\(names)): no class has a comma in its name"
    }
}
