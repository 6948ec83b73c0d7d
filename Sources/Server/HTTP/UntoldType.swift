/// Values of Content-Type that say nothing of a body, because a client sends them whatever it sends.
enum UntoldType {
    /// Of curl's --data-binary and Java's HttpURLConnection, of Node, of storage services.
    private static let essences = [
        "application/octet-stream", "application/x-www-form-urlencoded", "binary/octet-stream",
    ]

    /// Whether a body with this Content-Type may be any of a route's types.
    ///
    /// Among images a wrong name is no more than a guess by a file's extension (`image/jpg`, `image/pjpeg`), or an image
    /// that is not read: its bytes tell by which name it is refused.
    /// - Parameters:
    ///   - given: the field's value; nil where it is missing.
    ///   - type: what it means; nil where it is no media type.
    static func covers(_ given: String?, _ type: MediaType?, among mediaTypes: [String]) -> Bool {
        guard let given, !given.isEmpty else { return true }
        guard let type else { return false }
        return essences.contains(type.essence)
            || type.type == "image" && mediaTypes.contains { $0.hasPrefix("image/") }
    }
}
