/// Percent decoding (RFC 3986 section 2.1), applied once, to one path segment or one query component.
enum PercentCoding {
    /// - Parameters:
    ///   - plusIsSpace: true in query components, where forms write a space as `+`.
    ///   - allowsControls: true in query values, where `%0A` is a line break; NUL is never allowed.
    /// - Throws: a 400 for an escape that is not two hexadecimal digits, for NUL, and for bytes that are not UTF-8
    ///   (overlong forms and surrogates included, RFC 3629 section 3).
    static func decode(
        _ bytes: ArraySlice<UInt8>, plusIsSpace: Bool = false, allowsControls: Bool = false
    ) throws(Rejection) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            var byte = bytes[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < bytes.endIndex, let high = ASCII.hexValue(bytes[index + 1]),
                    let low = ASCII.hexValue(bytes[index + 2])
                else { throw .badRequest("The request target has a percent escape without two hexadecimal digits.") }
                byte = high << 4 | low
                index += 2
            } else if plusIsSpace && byte == UInt8(ascii: "+") {
                byte = ASCII.space
            }
            if byte == 0 || (!allowsControls && (byte < ASCII.space || byte == 0x7F)) {
                throw .badRequest("The request target has an escaped control character.")
            }
            decoded.append(byte)
            index += 1
        }
        guard let text = String(validating: decoded, as: UTF8.self) else {
            throw .badRequest("The request target does not decode to UTF-8.")
        }
        return text
    }
}
