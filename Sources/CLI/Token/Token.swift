import ArgumentParser
import Server

struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, list and revoke tokens for serve --token-file.",
        discussion: """
            token NAME is short for token make NAME. A running server reads the file again on SIGHUP.
            """,
        subcommands: [TokenMake.self, TokenList.self, TokenRevoke.self], defaultSubcommand: TokenMake.self)
}

struct TokenList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the names and scopes of a file's tokens.",
        discussion: """
            A line for each: name, scopes, and the beginning of the hash, by which a secret is told from another under \
            the same name: printf %s "$SECRET" | sha256sum.
            """)

    @Option(help: "Token file.") var file: String

    private static let shownDigits = 12

    func run() throws {
        let tokens = try TokenFile.read(file)
        guard !tokens.isEmpty else { return Terminal.note("\(file) has no token") }
        let (names, scopes) = (tokens.map(\.name.count).max() ?? 0, tokens.map(\.scope.list.count).max() ?? 0)
        for token in tokens {
            let columns = [
                token.name.padding(toLength: names, withPad: " ", startingAt: 0),
                token.scope.list.padding(toLength: scopes, withPad: " ", startingAt: 0),
                String(token.hash.prefix(Self.shownDigits)),
            ]
            Terminal.result(columns.joined(separator: "  "))
        }
    }
}
