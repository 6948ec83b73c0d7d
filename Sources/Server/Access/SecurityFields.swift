import HTTPTypes

/// Fields that every answer carries unless its handler set them: what a browser may make of it (nothing), and that
/// nobody keeps it. Handlers that answer with what never changes set Cache-Control themselves.
enum SecurityFields {
    static let standard: HTTPFields = [
        .xContentTypeOptions: "nosniff",
        .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        .referrerPolicy: "no-referrer",
        .cacheControl: "no-store",
    ]
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
