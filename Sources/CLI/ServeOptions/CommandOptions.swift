import ArgumentParser
import Foundation

/// The long options that a command has, as the parser itself describes them.
struct CommandOptions {
    struct Option {
        let isFlag: Bool
        let isRepeating: Bool
    }

    /// By name, without the dashes.
    let all: [String: Option]

    init(of command: any ParsableCommand.Type) throws {
        let document = try JSONDecoder().decode(Document.self, from: Data(command._dumpHelp().utf8))
        var all: [String: Option] = [:]
        for argument in document.command.arguments ?? [] where argument.kind != "positional" {
            for name in argument.names ?? [] where name.kind == "long" && !Self.onlyForPeople.contains(name.name) {
                all[name.name] = Option(isFlag: argument.kind == "flag", isRepeating: argument.isRepeating)
            }
        }
        self.all = all
    }

    private static let onlyForPeople: Set = ["help", "version"]

    /// What of the parser's description is read here.
    private struct Document: Decodable {
        let command: Command

        struct Command: Decodable { let arguments: [Argument]? }

        struct Argument: Decodable {
            let kind: String
            let isRepeating: Bool
            let names: [Name]?
        }

        struct Name: Decodable {
            let kind: String
            let name: String
        }
    }
}
