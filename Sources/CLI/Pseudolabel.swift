import ArgumentParser
import Foundation
import Server
import Text

@main
struct Pseudolabel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pseudolabel",
        abstract: "Pixel masks from images of which only the classes are known.",
        version: ServiceVersion.current,
        subcommands: [
            Serve.self, Batch.self, Token.self, Label.self, Evaluate.self, Models.self, Train.self, Bench.self,
            PackModel.self, ImportModel.self, ImportBackbone.self, BackupCommand.self, EngineCommand.self,
            Deliver.self,
        ])

    /// As the library's own, except that `serve` also takes its options from the environment and a file.
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            try ArgumentBounds.check(arguments)
        } catch {
            exit(withError: error)
        }
        // Before anything is read: whoever stops a run at its beginning gets the same status as later.
        if arguments.first == Train._commandName { StopSignal.exitAtOnce() }
        guard arguments.first == Serve._commandName else { return run(arguments) }
        var settings: Settings?
        do {
            let given = try Settings(
                commandLine: Array(arguments.dropFirst()), environment: ProcessInfo.processInfo.environment,
                options: CommandOptions(of: Serve.self))
            settings = given
            for variable in given.unknownVariables { Terminal.note("warning: \(variable) is no option of serve") }
            try ArgumentBounds.check(given.arguments)
            var command = try parseAsRoot([Serve._commandName] + given.arguments)
            try command.run()
        } catch {
            for origin in settings?.origins(in: message(for: error)) ?? [] { Terminal.note(origin) }
            exit(withError: Unexplained.explained(error))
        }
    }

    private static func run(_ arguments: [String]) {
        do {
            var command = try parseAsRoot(arguments)
            try command.run()
        } catch {
            exit(withError: Unexplained.explained(error))
        }
    }

    /// What Foundation said of a file, and no command put into words: the last place where that can be done.
    private struct Unexplained: Error, CustomStringConvertible {
        let description: String

        /// The library knows its own errors by their types.
        static func explained(_ error: any Error) -> any Error {
            let isLibrarys = String(reflecting: type(of: error)).startsWithBytes(of: "ArgumentParser.")
            guard !isLibrarys || error is ValidationError else { return error }
            let text = FileFault.text(of: error)
            let printable = Terminal.printable(text)
            guard !printable.equalsBytes(of: "\(error)") else { return error }
            return error is ValidationError ? ValidationError(printable) : Unexplained(description: printable)
        }
    }
}
