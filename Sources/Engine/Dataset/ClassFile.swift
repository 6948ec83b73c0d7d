import Text

/// The names of masks' classes from a file, in the order of their pixel values, the first being 1: a name a line, or a
/// `labelmap.txt`.
///
/// A list that is off by one names every figure wrong, so `background` in the first line is taken for index 0, and what
/// speaks against the order is an error.
public enum ClassFile {
    /// - Throws: `InvalidDataSet`, with the line at fault.
    public static func read(contentsOf path: String) throws(InvalidDataSet) -> [String] {
        let text = try TextFile.ofDataSet(path)
        do throws(Fault) {
            return try classes(in: text)
        } catch {
            throw InvalidDataSet(what: path, problems: [error.description])
        }
    }

    /// - Throws: a sentence that begins with the line.
    static func classes(in text: String) throws(Fault) -> [String] {
        let lines = text.withoutByteOrderMark.lines.enumerated()
            .map { Line(number: $0 + 1, text: String($1.withoutSpace)) }.filter { !$0.text.isEmpty }
        // CVAT begins with a comment on the columns.
        let entries = lines.filter { !$0.text.startsWithBytes(of: "# label:") }
        let isLabelmap = entries.count < lines.count || entries.first.flatMap(MapEntry.init) != nil
        var names = isLabelmap ? try named(entries) : entries
        if let first = names.first, isBackground(first.text) {
            names.removeFirst()
        } else if isLabelmap, let first = names.first {
            throw fault(first, "a labelmap begins with background, index 0 of the masks, and not with")
        }
        guard !names.isEmpty else { throw Fault(description: "holds no name; write one name a line") }
        var seen: [ByteKey: Int] = [:]
        for line in names {
            if isBackground(line.text), !isLabelmap {
                throw fault(line, "index 0 of the masks stands in the first line or is left out, here stands")
            }
            if let reason = ClassName.fault(line.text) {
                throw Fault(description: "line \(line.number): name \(reason)")
            }
            if let first = seen.updateValue(line.number, forKey: ByteKey(line.text)) {
                throw fault(line, "line \(first) has the same name,")
            }
        }
        return names.map(\.text)
    }

    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    private struct Line {
        let number: Int
        let text: String
    }

    /// `name:r,g,b:parts:actions`; the colour may be left out.
    private struct MapEntry {
        let name: String
        let color: SIMD3<UInt8>?

        init?(_ line: Line) {
            let fields = line.text.split(onByte: ":")
            guard fields.count == 4 else { return nil }
            name = Labelmap.unescaped(fields[0].withoutSpace)
            if fields[1].withoutSpace.isEmpty {
                color = nil
            } else {
                let values = fields[1].split(onByte: ",").map { UInt8($0.withoutSpace) }
                guard values.count == 3, let red = values[0], let green = values[1], let blue = values[2] else {
                    return nil
                }
                color = SIMD3(red, green, blue)
            }
        }
    }

    /// The names of a labelmap, whose colours must be those of their places; the one of what is left out is no class.
    private static func named(_ lines: [Line]) throws(Fault) -> [Line] {
        var names: [Line] = []
        for line in lines {
            guard let entry = MapEntry(line) else {
                throw Fault(
                    description: "line \(line.number): is not name:r,g,b::, as the other lines of a labelmap are")
            }
            let index = names.count
            let isIgnored = entry.color == VOCPalette.color(of: ignoredIndex) && index != ignoredIndex
            if isIgnored { continue }
            if let color = entry.color, color != VOCPalette.color(of: index) {
                throw Fault(
                    description: "line \(line.number): the colour of \"\(entry.name.shown)\" is not that of index "
                        + "\(index) in the masks, so the order is not theirs; write one name a line in the order of the "
                        + "masks' values")
            }
            names.append(Line(number: line.number, text: entry.name))
        }
        return names
    }

    /// Of pixels that are left out.
    private static let ignoredIndex = 255

    /// As data sets write it: `background`, `_background_`, `__background__`.
    private static func isBackground(_ name: String) -> Bool {
        guard name.utf8.count <= 32 else { return false }
        let letters = String(decoding: name.utf8.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        return letters.lowercased().equalsBytes(of: ClassName.background)
    }

    private static func fault(_ line: Line, _ what: String) -> Fault {
        Fault(description: "line \(line.number): \(what) \"\(line.text.shown)\"")
    }
}
