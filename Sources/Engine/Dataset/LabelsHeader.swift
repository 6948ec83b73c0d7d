import Text

/// The first line of a labels file: what separates its fields, and which of them are looked at.
struct LabelsHeader {
    let separator: UInt8
    /// Positions of the columns.
    let image: Int
    let labels: Int
    /// Columns there are, those included that nobody looks at.
    let columns: Int

    /// - Parameter text: of the whole file, without a byte order mark.
    /// - Throws: a sentence, with what is there instead.
    init(of text: Substring) throws(Fault) {
        var first: CSVRows.Row?
        for separator in [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")] {
            guard let row = CSVRows(text, separator: separator, maximumRows: 1).rows.first else { break }
            let names = row.fields.map { LabelsHeader.folded($0) }
            let images = names.indices.filter { names[$0].equalsBytes(of: "image") }
            let labels = names.indices.filter { names[$0].equalsBytes(of: "labels") }
            if let image = images.first, let label = labels.first {
                guard images.count == 1, labels.count == 1 else {
                    let twice = images.count > 1 ? "image" : "labels"
                    throw Fault(description: "line \(row.line): the header names the column \(twice) twice")
                }
                (self.separator, self.image, self.labels, columns) = (separator, image, label, names.count)
                return
            }
            if first == nil { first = row }
        }
        guard let first else { throw Fault(description: "is empty; its first line must be image,labels") }
        let line = LabelsHeader.line(of: text)
        let hint =
            line.utf8.contains(0)
            ? "it holds zero bytes, as UTF-16 text without a byte order mark does: give --encoding utf-16"
                + (line.utf8.first == 0 ? "be" : "le")
            : "it must name the columns image and labels, as image,labels does"
        throw Fault(description: "line \(first.line): the header is \"\(line.shown)\"; \(hint)")
    }

    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// A column's name without white space, in lower case; only short ones are of interest.
    private static func folded(_ name: String) -> String {
        let name = name.withoutSpace
        return name.utf8.count <= 16 ? name.lowercased() : ""
    }

    /// The header as it is written; what stands before it is empty lines.
    private static func line(of text: Substring) -> Substring {
        let rest = text.utf8.drop { $0 == 0x0A || $0 == 0x0D }
        return Substring(rest.prefix { $0 != 0x0A && $0 != 0x0D })
    }
}
