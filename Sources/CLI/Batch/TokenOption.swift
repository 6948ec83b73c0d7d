import ArgumentParser
import Foundation
import Text

/// The bearer token of a client: an argument, a file, or the environment; never shown.
struct TokenOption: ParsableArguments {
    @Option(help: "Token. Others can see it in the list of processes: better in a file or the environment.")
    var token: String?
    @Option(help: "File whose first line is the token. Default: the environment's PSEUDOLABEL_TOKEN.")
    var tokenFile: String?

    static let variable = "PSEUDOLABEL_TOKEN"

    func validate() throws {
        if token != nil, tokenFile != nil { throw ValidationError("give --token or --token-file, not both") }
    }

    /// nil when there is none.
    func load() throws -> String? {
        if let token { return try checked(token, "--token") }
        if let tokenFile {
            guard let text = try? String(contentsOfFile: tokenFile, encoding: .utf8) else {
                throw ValidationError("--token-file: \(tokenFile) can't be read as text")
            }
            let line = text.withoutByteOrderMark.lines.first { !$0.isEmpty } ?? ""
            return try checked(String(line.withoutASCIISpace), "--token-file")
        }
        guard let token = ProcessInfo.processInfo.environment[TokenOption.variable], !token.isEmpty else { return nil }
        return try checked(token, TokenOption.variable)
    }

    /// A header's value: a line break in it would begin another header.
    private func checked(_ token: String, _ source: String) throws -> String {
        guard !token.isEmpty, token.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw ValidationError("\(source): a token is made of visible ASCII characters without spaces")
        }
        return token
    }
}
