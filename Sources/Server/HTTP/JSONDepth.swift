import Foundation

/// Bounds how deep a JSON text nests before a decoder, which recurses, sees it.
public enum JSONDepth {
    /// Counts brackets outside strings in one pass. It is no parser: whether the text is JSON is for the decoder to
    /// say, which never goes deeper than what is counted here.
    /// - Parameter maximum: arrays and objects inside each other.
    /// - Throws: a 400 `Problem` when there are more.
    public static func check(_ data: Data, maximum: Int) throws {
        var depth = 0
        var isString = false
        var isEscaped = false
        for byte in data {
            if isEscaped {
                isEscaped = false
            } else if isString {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == UInt8(ascii: "\"") { isString = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isString = true
                case UInt8(ascii: "["), UInt8(ascii: "{"):
                    depth += 1
                    guard depth <= maximum else {
                        throw Problem(.badRequest, "The JSON nests deeper than \(maximum) levels, the limit here.")
                    }
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
                default: break
                }
            }
        }
    }
}
