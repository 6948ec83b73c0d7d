import Logging

/// Hands on what is logged as an error.
struct ErrorLog: LogHandler {
    let onError: @Sendable (String) -> Void
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.error

    init(_ onError: @escaping @Sendable (String) -> Void) { self.onError = onError }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { onError("\(event.message)") }
}
