import Foundation
import Logging

/// How a line of the log is written.
public enum LogFormat: String, Sendable, CaseIterable {
    /// For people: `2026-01-31T12:00:00.000Z info message key=value`.
    case text
    /// For machines: one JSON object a line, metadata as members beside `timestamp`, `level` and `message`. What was
    /// logged as a number or a truth value is one there too.
    case json
}

/// Writes each event as one line, whatever is in it: a client cannot forge a second one.
public struct LineLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    private let format: LogFormat
    private let now: @Sendable () -> Date
    private let write: @Sendable (Data) -> Void

    /// - Parameter write: called with a whole line, its end included; from any thread.
    public init(
        _ format: LogFormat, level: Logger.Level = .info, now: @escaping @Sendable () -> Date = { Date() },
        write: @escaping @Sendable (Data) -> Void = LineLogHandler.writeToStandardError
    ) {
        self.format = format
        logLevel = level
        self.now = now
        self.write = write
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let values = metadata.merging(event.metadata ?? [:]) { $1 }
        let time = now().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let message = event.message.description
        write(
            Data(
                (format == .json ? json(time, event.level, message, values) : text(time, event.level, message, values))
                    .utf8))
    }

    private func json(_ time: String, _ level: Logger.Level, _ message: String, _ values: Logger.Metadata) -> String {
        let own = ["timestamp": time, "level": level.rawValue, "message": message].mapValues(LoggedValue.text)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(values.mapValues(LoggedValue.init).merging(own) { $1 }) else { return "" }
        return String(decoding: line, as: UTF8.self) + "\n"
    }

    private func text(_ time: String, _ level: Logger.Level, _ message: String, _ values: Logger.Metadata) -> String {
        let pairs = values.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted($0.value.description))" }
            .joined()
        return "\(time) \(level.rawValue) \(Self.escaped(message))\(pairs)\n"
    }

    private static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0 != "=" }
        return isPlain ? escaped(value) : "\"" + escaped(withEscapedQuotes(value)) + "\""
    }

    private static func withEscapedQuotes(_ value: String) -> String {
        String(
            decoding: value.utf8.flatMap { $0 == UInt8(ascii: "\"") ? [UInt8(ascii: "\\"), $0] : [$0] }, as: UTF8.self)
    }

    /// Control characters as `\u{a}`: of ASCII, of Latin-1 (which terminals obey too), and the two line ends of Unicode.
    private static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.map { isControl($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
    }

    /// In one call, so that lines of several threads and processes don't mix.
    public static func writeToStandardError(_ line: Data) {
        line.withUnsafeBytes { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let start = rest.baseAddress, !rest.isEmpty {
                let count = Glibc.write(STDERR_FILENO, start, rest.count)
                if count < 0 && errno == EINTR { continue }
                // Nobody reads the log any more: nothing can be told to anybody.
                guard count > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }
}
