import HTTPTypes

/// One field line, of a head or of a trailer section (RFC 9112 section 5).
enum FieldLine {
    /// Removes the CR before the line feed that ended the line.
    ///
    /// RFC 9112 section 2.2 lets a recipient accept a bare line feed; this one does not, because a front end that
    /// disagrees about line ends is how requests are smuggled.
    static func withoutCarriageReturn(_ line: ArraySlice<UInt8>) throws(Rejection) -> ArraySlice<UInt8> {
        guard line.last == ASCII.carriageReturn else {
            throw .badRequest("A line ends with a bare line feed instead of CR LF.")
        }
        return line.dropLast()
    }

    static func parse(_ line: ArraySlice<UInt8>) throws(Rejection) -> HTTPField {
        // RFC 9112 section 5.2: obs-fold is refused; section 2.2: so is whitespace before the first field.
        guard line.first != ASCII.space, line.first != ASCII.tab else {
            throw .badRequest("A header line starts with white space.")
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw .badRequest("A header line has no colon.")
        }
        let nameBytes = line[..<colon]
        // RFC 9112 section 5.1: no white space between name and colon; RFC 9110 section 5.1: the name is a token.
        guard !nameBytes.isEmpty, nameBytes.allSatisfy(ASCII.isToken),
            let name = HTTPField.Name(String(decoding: nameBytes, as: UTF8.self))
        else { throw .badRequest("A header name has characters that are not allowed.") }
        let value = ASCII.trim(line[(colon + 1)...])
        // RFC 9110 section 5.5: CR, LF, NUL and other control characters are refused.
        guard value.allSatisfy(ASCII.isFieldValue) else {
            throw .badRequest("The value of header \(name.rawName) has a control character.")
        }
        return HTTPField(name: name, lenientValue: value)
    }
}
