import Foundation
import Text

/// What a client's JSON is refused for before a decoder, which recurses and keeps members by `String`, sees it.
public enum JSONText {
    /// Bytes of a member's name; the longest of ours has 12.
    static let maximumKeyBytes = 64

    /// Looks at each byte once. It is no parser: whether the text is JSON is for the decoder to say.
    /// - Parameters:
    ///   - maximumDepth: arrays and objects inside each other.
    ///   - place: where the JSON was, such as "line 3"; empty for the whole body.
    /// - Throws: a `Problem`: 400 where it nests deeper, is not UTF-8 or has a comma too many, 422 that names the member for one that its
    ///   object has twice, and for a name that is none here whatever it says.
    public static func check(_ data: Data, maximumDepth: Int, at place: String = "") throws(Problem) {
        let fault = data.withUnsafeBytes {
            JSONScan.fault(in: $0, maximumDepth: maximumDepth, maximumKeyBytes: maximumKeyBytes)
        }
        if let fault { throw problem(fault, at: place) }
    }

    private static func problem(_ fault: JSONFault, at place: String) -> Problem {
        switch fault {
        case .depth(let maximum):
            Problem(.badRequest, "The JSON nests deeper than \(maximum) levels, the limit here.")
        case .encoding:
            Problem(.badRequest, "\(place.isEmpty ? "The body" : "The body's \(place)") is not valid JSON in UTF-8.")
        case .trailingComma(let offset):
            Problem(
                .badRequest,
                "\(place.isEmpty ? "The body" : "The body's \(place)") is not valid JSON: the comma at byte \(offset) stands "
                    + "before a closing bracket; leave it out.")
        case .repeatedKey(let name):
            member(name, "is given twice in one object", at: place)
        case .strangeKey(let name, let bytes):
            member(
                name.shown, "begins a name that is no member here; names are ASCII of at most \(bytes) bytes", at: place
            )
        }
    }

    private static func member(_ name: String, _ reason: String, at place: String) -> Problem {
        let field = place.isEmpty ? name : "\(place): \(name)"
        return Problem(.unprocessableContent, "\(field) \(reason).", errors: [.init(field: field, detail: reason)])
    }
}
