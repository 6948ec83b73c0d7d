import ArgumentParser
import Foundation
import Server

struct TokenRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Take tokens out of a file.",
        discussion: """
            All of them, or none where one is not there. Everything else in the file stays as it is. A running server \
            takes a revoked token until it reads the file again: send it SIGHUP (systemctl reload pseudolabel). What \
            the token made stays; only an admin sees it then, and whoever gets a token of the same name.
            """)

    @Argument(help: "Names of the tokens.") var names: [String]
    @Option(help: "Token file.") var file: String

    func run() throws {
        let edited = try EditedFile(file, isCreated: false)
        let (text, left) = try TokenFile.removing(names, from: edited.text(), path: file)
        try edited.replace(with: text)
        Terminal.note("revoked; a running server takes it until it gets SIGHUP")
        guard left == 0 else { return }
        Terminal.note(
            "warning: that was the last token of \(file): a running server does not read a file without any, and keeps those "
                + "it has; stop it, or make another token first")
    }
}
