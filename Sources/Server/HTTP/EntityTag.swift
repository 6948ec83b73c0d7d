import Foundation
import HTTPTypes
import Text

/// Whether a client has what it asks for already (RFC 9110 section 13.1.2).
enum EntityTag {
    /// Tags that are looked at: nobody has more versions of one thing.
    private static let maximumTags = 64

    /// - Parameter etag: strong, with its quotes and without a comma.
    static func isKnown(_ etag: String, to fields: HTTPFields) -> Bool {
        fields[values: .ifNoneMatch].contains { value in
            value.split(onByte: ",", maximumSplits: maximumTags).contains { tag in
                // Weak comparison: a proxy that compresses makes our tags weak.
                tag.withoutASCIISpace.isOne(of: ["*", etag, "W/" + etag])
            }
        }
    }
}
