import Foundation

/// Text as HTML.
enum HTMLText {
    /// For content and for attributes in quotation marks.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    /// The Markdown of the API's descriptions: paragraphs, **strong** and `code`.
    static func markdown(_ text: String) -> String {
        text.split(separator: "\n\n").map { "<p>\(inline(String($0)))</p>" }.joined(separator: "\n")
    }

    /// Without paragraphs.
    static func inline(_ text: String) -> String {
        pairs(escaped(text), "**", "strong") { pairs($0, "`", "code") { $0 } }
    }

    /// What stands between two marks becomes an element; the rest goes on to `rest`.
    private static func pairs(
        _ text: String, _ mark: String, _ element: String, rest: (String) -> String
    ) -> String {
        let pieces = text.components(separatedBy: mark)
        return pieces.enumerated().map { index, piece in
            // The last of an even number has no end.
            let isInside = !index.isMultiple(of: 2) && index < pieces.count - 1
            return isInside ? "<\(element)>\(piece)</\(element)>" : (index.isMultiple(of: 2) ? "" : mark) + rest(piece)
        }.joined()
    }
}
