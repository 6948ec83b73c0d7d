import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Why text is not well-formed XML; nil if it is.
func faultOfXML(_ text: String) -> String? {
    let parser = XMLParser(data: Data(text.utf8))
    return parser.parse() ? nil : "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "unknown")"
}
