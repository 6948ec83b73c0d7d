import HTTPTypes

/// Header fields whose values are compared with something here. None of them has a use for bytes over 0x7F, and a
/// `String` that holds some compares by canonical equivalence: in time that grows with the square of its length.
///
/// Fields that are not among them are compared byte by byte where they are looked at (`If-None-Match`, `If-Range`,
/// `X-Forwarded-For` and its like), or not at all.
enum ComparedFields {
    private static let names: Set<HTTPField.Name> = [
        .host, .connection, .contentLength, .transferEncoding, .expect, .contentType, .accept, .authorization, .range,
        .origin, .accessControlRequestMethod, .accessControlRequestHeaders, .idempotencyKey, .lastEventID,
        .secFetchSite,
    ]

    /// - Parameter field: one whose value has bytes over 0x7F.
    /// - Throws: a 400 that names it where it is one of these.
    static func refuse(_ field: HTTPField) throws(Rejection) {
        guard names.contains(field.name) else { return }
        throw .badRequest("The header \(field.name.rawName) has bytes that are not ASCII.")
    }
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let idempotentReplayed = HTTPField.Name("Idempotent-Replayed")!
    static let lastEventID = HTTPField.Name("Last-Event-ID")!
}
