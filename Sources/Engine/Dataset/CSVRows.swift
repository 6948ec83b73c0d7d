/// The rows of a CSV text (RFC 4180, with any separator), taken apart byte by byte: a field may be long and of any
/// characters. What is wrong with one row is no matter of the others.
struct CSVRows {
    struct Row {
        var fields: [String]
        /// Line on which it begins, from 1.
        let line: Int
        /// What is wrong with its quotation marks, the first thing that is; nil where nothing is.
        let fault: Fault?
    }

    enum Fault: Equatable, CustomStringConvertible {
        /// On which line.
        case misplaced(line: Int)
        case unclosed

        /// Goes on after "line N: ".
        var description: String {
            switch self {
            case .misplaced(let line):
                "a quotation mark stands inside a field (line \(line)); put the field in quotation marks, and write two "
                    + "for each inside it"
            case .unclosed: "a quotation mark is opened here and never closed"
            }
        }
    }

    /// Lines without anything are left out.
    let rows: [Row]

    /// - Parameters:
    ///   - text: lines end with LF, CR LF or CR; fields may be quoted, quotation marks in them doubled.
    ///   - separator: an ASCII character.
    ///   - maximumRows: what comes after so many is not looked at.
    init(_ text: some StringProtocol, separator: UInt8 = UInt8(ascii: ","), maximumRows: Int = .max) {
        var reader = Reader(separator: separator)
        for byte in text.utf8 {
            reader.take(byte)
            if reader.rows.count >= maximumRows { break }
        }
        if reader.rows.count < maximumRows { reader.finish() }
        rows = reader.rows
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

        private(set) var rows: [Row] = []
        private let separator: UInt8
        private var place = Place.beginning
        private var fields: [String] = []
        private var field: [UInt8] = []
        private var fault: Fault?
        private var line = 1
        private var startLine = 1
        private var endedWithReturn = false

        init(separator: UInt8) { self.separator = separator }

        mutating func take(_ byte: UInt8) {
            let isSecondHalf = byte == 0x0A && endedWithReturn
            endedWithReturn = byte == 0x0D
            // The line end counted with its first half, inside quotation marks as outside.
            if isSecondHalf {
                if place == .quoted { field.append(byte) }
                return
            }
            if byte == 0x0A || byte == 0x0D { line += 1 }
            switch (place, byte) {
            case (.quoted, UInt8(ascii: "\"")): place = .closed
            case (.closed, UInt8(ascii: "\"")):
                field.append(byte)
                place = .quoted
            case (.quoted, _): field.append(byte)
            case (_, separator): endField()
            case (_, 0x0A), (_, 0x0D): endRow()
            case (.beginning, UInt8(ascii: "\"")): place = .quoted
            case (.beginning, 0x20), (.beginning, 0x09), (.closed, 0x20), (.closed, 0x09): break
            case (.plain, UInt8(ascii: "\"")), (.closed, _):
                if fault == nil { fault = .misplaced(line: line) }
                field.append(byte)
                place = .plain
            case (.beginning, _), (.plain, _):
                field.append(byte)
                place = .plain
            }
        }

        mutating func finish() {
            if place == .quoted, fault == nil { fault = .unclosed }
            endRow()
        }

        private mutating func endField() {
            fields.append(String(decoding: field, as: UTF8.self))
            field = []
            place = .beginning
        }

        private mutating func endRow() {
            endField()
            let isEmpty = fields.count == 1 && fields[0].isEmpty && fault == nil
            if !isEmpty { rows.append(Row(fields: fields, line: startLine, fault: fault)) }
            (fields, fault) = ([], nil)
            startLine = line
        }
    }
}
