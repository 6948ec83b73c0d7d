import Foundation
import Text

/// Lists such as `train.txt` and `classes.txt`: one name a line.
public enum NameList {
    /// The names in their order. Blank lines, whitespace at the end of a line (so CRLF too) and a byte order mark don't
    /// matter.
    /// - Throws: `InvalidDataSet` when the file can't be read as UTF-8 or holds no name.
    public static func read(contentsOf path: String) throws(InvalidDataSet) -> [String] {
        let names = try names(in: TextFile.ofDataSet(path))
        if names.isEmpty { throw InvalidDataSet(what: path, problems: ["holds no name; write one name a line"]) }
        return names
    }

    static func names(in text: String) -> [String] {
        text.withoutByteOrderMark.lines.compactMap { line in
            guard let last = line.unicodeScalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return nil }
            return String(line[..<line.unicodeScalars.index(after: last)])
        }
    }
}
