import HTTPTypes

/// Reads one request head, line by line, from bytes that may arrive one at a time. A plain struct: no I/O, no clock.
///
/// What it buffers is bounded by `ServerLimits.headBytes`; each line is looked at once.
struct RequestHeadParser {
    private let limits: ServerLimits
    private var line: RequestLine?
    private var fields = HTTPFields()
    private var fieldCount = 0
    private var consumed = 0
    private var sawEmptyLine = false

    init(limits: ServerLimits) {
        self.limits = limits
    }

    /// Something of this head has been consumed from the input.
    var hasBegun: Bool { consumed > 0 }

    /// - Returns: the head once its last byte is there, nil while more is needed.
    mutating func parse(_ input: inout InputBuffer) throws(Rejection) -> RequestHead? {
        while let raw = input.takeLine() {
            consumed += raw.count + 1
            guard consumed <= limits.headBytes else { throw headTooLarge() }
            let text = try FieldLine.withoutCarriageReturn(raw)
            guard let line else {
                try parseRequestLine(text)
                continue
            }
            if text.isEmpty { return try RequestHead(line, fields: fields) }
            try parseField(text)
        }
        try checkUnfinished(input)
        return nil
    }

    private mutating func parseRequestLine(_ text: ArraySlice<UInt8>) throws(Rejection) {
        if text.isEmpty && !sawEmptyLine {
            // RFC 9112 section 2.2: one empty line before the request line is ignored, for old clients.
            sawEmptyLine = true
            return
        }
        line = try RequestLine(text, limits: limits)
    }

    private mutating func parseField(_ text: ArraySlice<UInt8>) throws(Rejection) {
        fieldCount += 1
        // RFC 6585 section 5.
        guard fieldCount <= limits.fieldCount else {
            throw Rejection(.requestHeaderFieldsTooLarge, "There are more than \(limits.fieldCount) header fields.")
        }
        let field = try FieldLine.parse(text)
        if !text.allSatisfy({ $0 < 0x80 }) { try ComparedFields.refuse(field) }
        fields.append(field)
    }

    /// Bounds a line whose end has not come yet.
    private func checkUnfinished(_ input: InputBuffer) throws(Rejection) {
        guard let first = input.first else { return }
        if line == nil, let rejection = RequestLine.rejection(ofUnfinished: input.count, first: first, limits: limits) {
            throw rejection
        }
        guard consumed + input.count <= limits.headBytes else { throw headTooLarge() }
    }

    private func headTooLarge() -> Rejection {
        // Before the request line is known only the target can be that long (RFC 9110 section 15.5.15).
        line == nil
            ? RequestLine.targetTooLong(limits)
            : Rejection(.requestHeaderFieldsTooLarge, "The request head is larger than \(limits.headBytes) bytes.")
    }
}
