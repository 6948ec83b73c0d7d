import Foundation
import HTTPTypes
import Text

/// Reads the header section of one part (RFC 7578 section 4).
enum MultipartHeaders {
    /// Bytes of one part's headers, and how many there may be.
    static let maximumBytes = 8 * 1024
    static let maximumFields = 16

    /// - Parameter number: of the part, from 1, for messages.
    static func part(_ content: Data, number: Int) throws(MultipartError) -> MultipartPart {
        let (fields, body) = try split(content, number: number)
        guard let disposition = fields[.contentDisposition] else {
            throw MultipartError("Part \(number) has no Content-Disposition header.")
        }
        let elements = HeaderList.split(disposition, on: UInt8(ascii: ";"))
        guard elements.first.map(isFormData) == true else {
            throw MultipartError("The Content-Disposition of part \(number) is not form-data.")
        }
        var name: String?
        var filename: String?
        for element in elements.dropFirst() {
            guard let (key, given) = element.halves(atByte: "=") else { continue }
            let parameter = key.withoutASCIISpace
            // Others, of any length and any characters, are not looked at.
            guard parameter.utf8.count <= "filename".utf8.count, parameter.isASCII else { continue }
            switch parameter.lowercased() {
            case "name": name = unquote(given)
            case "filename": filename = unquote(given)
            default: break
            }
        }
        guard let name else { throw MultipartError("Part \(number) has no name.") }
        let contentType = fields[.contentType]
        guard let contentType else {
            return MultipartPart(name: name, filename: filename, contentType: nil, body: body)
        }
        guard contentType.isASCII, let type = MediaType(contentType) else {
            throw MultipartError("The Content-Type of part \"\(name.shown)\" is invalid.")
        }
        return MultipartPart(name: name, filename: filename, contentType: type, body: body)
    }

    private static func isFormData(_ type: String) -> Bool {
        type.utf8.count == "form-data".utf8.count && type.isASCII && type.lowercased() == "form-data"
    }

    private static func split(_ content: Data, number: Int) throws(MultipartError) -> (HTTPFields, Data) {
        var fields = HTTPFields()
        var rest = content
        while true {
            guard let end = rest.prefix(maximumBytes).firstIndex(of: ASCII.lineFeed),
                end - content.startIndex < maximumBytes
            else { throw MultipartError("The headers of part \(number) do not end within \(maximumBytes) bytes.") }
            let raw = Array(rest[..<end])
            rest = rest[(end + 1)...]
            do throws(Rejection) {
                let line = try FieldLine.withoutCarriageReturn(raw[...])
                if line.isEmpty { return (fields, rest) }
                fields.append(try FieldLine.parse(line))
            } catch {
                throw MultipartError("Part \(number): \(error.detail)")
            }
            guard fields.count <= maximumFields else {
                throw MultipartError("Part \(number) has more than \(maximumFields) headers.")
            }
        }
    }

    /// Browsers write `\"` or `%22` for a quote and leave other backslashes alone (`C:\dir`), so only `\"` and `\\` are
    /// escapes here, and percent signs stay as they are.
    private static func unquote(_ text: Substring) -> String {
        let trimmed = text.trimmingWhitespace()
        let quote = UInt8(ascii: "\"")
        guard trimmed.utf8.count >= 2, trimmed.utf8.first == quote, trimmed.utf8.last == quote else { return trimmed }
        var result: [UInt8] = []
        var isEscaped = false
        for byte in trimmed.utf8.dropFirst().dropLast() {
            if isEscaped {
                isEscaped = false
                if byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") { result.append(UInt8(ascii: "\\")) }
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
                continue
            }
            result.append(byte)
        }
        if isEscaped { result.append(UInt8(ascii: "\\")) }
        return String(decoding: result, as: UTF8.self)
    }
}
