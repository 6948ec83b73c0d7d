import ArgumentParser
import Foundation
import Server
import Text

struct TokenMake: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make", abstract: "Make a token.",
        discussion: """
            The token is printed once, on standard output; the file only gets its hash. A running server reads the \
            file again on SIGHUP.
            """)

    @Argument(help: "Who or what the token is for: letters, digits, or any of . _ -") var name: String
    @Option(help: "read (look up), label (also make masks and jobs), admin (also see and delete what others made).")
    var scopes = Scope.label.list
    @Option(help: "Token file to add it to; created when missing. Default: the line is shown on standard error.")
    var file: String?

    func run() throws {
        guard let scope = Scope(list: scopes) else {
            throw ValidationError("--scopes must be read, label or admin, or several separated by commas")
        }
        let (token, secret) = try AccessToken.make(name: name, scope: scope)
        if let file {
            try append(token, to: file)
        } else {
            Terminal.note("Line for the token file:\n\(token.line)")
        }
        Terminal.result(secret)
    }

    private func append(_ token: AccessToken, to path: String) throws {
        let file = try EditedFile(path, isCreated: true)
        let text = try file.text()
        guard try !TokenFile.parse(text, path: path).contains(where: { $0.name == token.name }) else {
            throw ValidationError(
                "\(path) has a token named \(token.name); revoke it first (pseudolabel token revoke), or choose another name"
            )
        }
        let isWhole = text.isEmpty || text.utf8.last == UInt8(ascii: "\n")
        try file.append((isWhole ? "" : "\n") + token.line + "\n")
    }
}
