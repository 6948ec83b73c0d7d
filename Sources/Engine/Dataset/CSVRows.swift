/// The rows of a CSV text (RFC 4180), taken apart byte by byte: a field may be long and of any characters.
struct CSVRows {
    struct Row {
        var fields: [String]
        /// Line on which it begins, from 1.
        let line: Int
    }

    struct Fault: Error, CustomStringConvertible {
        let line: Int
        var description: String { "line \(line): a quotation mark stands inside a field, or is never closed" }
    }

    /// Lines without anything are left out.
    let rows: [Row]

    /// - Parameter text: lines end with LF, CR LF or CR; fields may be quoted, quotation marks in them doubled.
    init(_ text: some StringProtocol) throws(Fault) {
        var reader = Reader()
        for byte in text.utf8 { try reader.take(byte) }
        rows = try reader.finish()
    }

    private struct Reader {
        private enum Place {
            /// Of a field; white space before it is left out.
            case beginning
            case plain
            case quoted
            /// Behind a quotation mark that may have closed the field.
            case closed
        }

        private var place = Place.beginning
        private var rows: [Row] = []
        private var fields: [String] = []
        private var field: [UInt8] = []
        private var line = 1
        private var startLine = 1
        private var endedWithReturn = false

        mutating func take(_ byte: UInt8) throws(Fault) {
            defer { endedWithReturn = byte == 0x0D }
            // The second half of a line end that counted already.
            if byte == 0x0A, endedWithReturn, place != .quoted { return }
            if byte == 0x0A || (byte == 0x0D && place != .quoted) { line += 1 }
            switch (place, byte) {
            case (.quoted, UInt8(ascii: "\"")): place = .closed
            case (.closed, UInt8(ascii: "\"")):
                field.append(byte)
                place = .quoted
            case (.quoted, _): field.append(byte)
            case (_, UInt8(ascii: ",")): endField()
            case (_, 0x0A), (_, 0x0D): endRow()
            case (.beginning, UInt8(ascii: "\"")): place = .quoted
            case (.beginning, 0x20), (.beginning, 0x09), (.closed, 0x20), (.closed, 0x09): break
            case (.plain, UInt8(ascii: "\"")), (.closed, _): throw Fault(line: line)
            case (.beginning, _), (.plain, _):
                field.append(byte)
                place = .plain
            }
        }

        mutating func finish() throws(Fault) -> [Row] {
            guard place != .quoted else { throw Fault(line: startLine) }
            endRow()
            return rows
        }

        private mutating func endField() {
            fields.append(String(decoding: field, as: UTF8.self))
            field = []
            place = .beginning
        }

        private mutating func endRow() {
            endField()
            let isEmpty = fields.count == 1 && fields[0].isEmpty
            if !isEmpty { rows.append(Row(fields: fields, line: startLine)) }
            fields = []
            startLine = line
        }
    }
}
