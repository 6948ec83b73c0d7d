import ArgumentParser
import Foundation
import Server
import Text

/// Where jobs may call at their end.
struct WebhookOptions: ParsableArguments {
    private static let leastSecretBytes = 16

    @Option(
        name: .customLong("webhook-host"),
        help: ArgumentHelp(
            "Host that a job's callback_url may name; may be repeated. Default: none, jobs make no calls.",
            valueName: "host[:port]"))
    var hosts: [String] = []
    @Option(
        name: .customLong("webhook-secret-file"),
        help: "File with the secret, at least 16 bytes, that signs calls (X-Pseudolabel-Signature).")
    var secretFile: String?

    func validate() throws {
        guard hosts.isEmpty == (secretFile == nil) else {
            throw ValidationError("--webhook-host and --webhook-secret-file go together: unsigned calls are not made")
        }
    }

    func policy() throws -> WebhookPolicy {
        guard let secretFile else { return .none }
        let secret: Data
        do {
            secret = try Data(contentsOf: URL(fileURLWithPath: secretFile))
        } catch {
            throw ValidationError("--webhook-secret-file \(secretFile): \(FileFault.words(of: error))")
        }
        let text = Data(String(decoding: secret, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines).utf8)
        guard text.count >= WebhookOptions.leastSecretBytes else {
            throw ValidationError(
                "--webhook-secret-file \(secretFile): has \(text.count) bytes, needs at least "
                    + "\(WebhookOptions.leastSecretBytes) (openssl rand -hex 32 makes some)")
        }
        return WebhookPolicy(hosts: hosts, secret: text)
    }
}
