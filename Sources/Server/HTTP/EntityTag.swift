import Foundation
import HTTPTypes

/// Whether a client has what it asks for already (RFC 9110 section 13.1.2).
enum EntityTag {
    /// - Parameter etag: strong, with its quotes and without a comma.
    static func isKnown(_ etag: String, to fields: HTTPFields) -> Bool {
        fields[values: .ifNoneMatch].flatMap { $0.split(separator: ",") }.contains { tag in
            let tag = tag.trimmingCharacters(in: .whitespaces)
            // Weak comparison: a proxy that compresses makes our tags weak.
            return tag == "*" || tag == etag || tag == "W/" + etag
        }
    }
}
