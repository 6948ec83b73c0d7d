import Text

/// What is wrong with a line of a labels file; goes on after "line N: ".
struct LineFault: Error, CustomStringConvertible {
    let description: String
}

extension LabelsFile.Line {
    init(_ row: CSVRows.Row, _ header: LabelsHeader) throws(LineFault) {
        if let fault = row.fault { throw LineFault(description: fault.description) }
        let fields = row.fields
        guard fields.count <= header.columns, fields.count > max(header.image, header.labels) else {
            throw LineFault(description: Self.fieldCount(fields.count, header))
        }
        let (image, text) = (String(fields[header.image].withoutASCIISpace), fields[header.labels])
        guard !image.isEmpty else { throw LineFault(description: "names no image") }
        let labels: [String]
        do throws(LabelList.Fault) {
            labels = try LabelList.names(in: [text])
        } catch {
            let empty = "has an empty label; of an image without any class the whole field is empty"
            throw LineFault(description: "\(image.shown) \(error == .emptyName ? empty : error.description)")
        }
        if let long = labels.first(where: { $0.utf8.count > NameRule.maximumLabelBytes }) {
            throw LineFault(
                description:
                    "\(image.shown) has a label of \(long.utf8.count) bytes, and names of classes have at most "
                    + "\(NameRule.maximumLabelBytes)")
        }
        self.init(image: image, text: text, labels: labels, number: row.line)
    }

    private static func fieldCount(_ count: Int, _ header: LabelsHeader) -> String {
        let have = "has \(count) field\(count == 1 ? "" : "s"), and the header has \(header.columns)"
        guard count > header.columns else { return have }
        let between = header.separator == UInt8(ascii: ";") ? "commas" : "semicolons"
        return have + "; separate classes by \(between), and put a field that holds a separator in quotation marks"
    }

    /// For those who do not know the classes and send them on: as `labels`, but what stands between two semicolons is
    /// one name. It may be a class with a comma in its name, which those who know the classes tell from a list.
    public var candidates: [String] {
        let names = text.split(onByte: ";").map { String($0.withoutSpace) }
        let isArray = text.withoutSpace.utf8.first == UInt8(ascii: "[")
        return labels.isEmpty || isArray || names.contains(where: \.isEmpty) ? labels : names
    }
}
