import Foundation
import HTTPTypes
import Text

/// Whether a client has what it asks for already (RFC 9110 section 13.1.2).
enum EntityTag {
    /// - Parameter etag: strong, with its quotes and without a comma.
    static func isKnown(_ etag: String, to fields: HTTPFields) -> Bool {
        fields[values: .ifNoneMatch].contains { value in
            value.split(onByte: ",").contains { tag in
                // Weak comparison: a proxy that compresses makes our tags weak.
                tag.withoutASCIISpace.isOne(of: ["*", etag, "W/" + etag])
            }
        }
    }
}
