import Foundation

/// A call that is handed to the process that makes it.
public struct WebhookCall: Codable, Sendable {
    public let url: String
    public let fields: [String: String]
    public let body: Data
}

/// Makes each call in a process of its own (`pseudolabel deliver`). Foundation's URL loading brings concurrent queues
/// and libcurl with it, which abort a process that has run out of descriptors: that must not be the server's.
public struct WebhookProcess: WebhookTransport {
    /// What the process answers where the call succeeded; anything else is the reason why not.
    public static let success = "ok"
    /// Of a reason.
    private static let maximumReasonBytes = 4096

    public init() {}

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    public func post(_ url: String, fields: [String: String], body: Data) throws {
        let child = try ChildProcess(executable: "/proc/self/exe", arguments: ["deliver"])
        let call = try JSONEncoder().encode(WebhookCall(url: url, fields: fields, body: body)) + Data("\n".utf8)
        var sent = 0
        while sent < call.count {
            let count = call.withUnsafeBytes { child.write(UnsafeRawBufferPointer(rebasing: $0[sent...]), waitingAtMost: 1000) }
            guard let count else { break }
            sent += count
        }
        let answer = WebhookProcess.text(from: child)
        let end = child.waitForEnd()
        guard answer == WebhookProcess.success else { throw Failure(description: answer.isEmpty ? "the call \(end)" : answer) }
    }

    private static func text(from child: ChildProcess) -> String {
        var text = Data()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: maximumReasonBytes, alignment: 1)
        defer { buffer.deallocate() }
        while true {
            let count = child.read(into: buffer)
            if count == 0 { break }
            text += buffer[..<count].prefix(max(0, maximumReasonBytes - text.count))
        }
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
