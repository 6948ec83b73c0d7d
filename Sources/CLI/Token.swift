import ArgumentParser
import Foundation
import Server

struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a token for serve --token-file.",
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

    private func append(_ token: AccessToken, to file: String) throws {
        if FileManager.default.fileExists(atPath: file) {
            let names = try TokenFile.read(file).map(\.name)
            guard !names.contains(token.name) else {
                throw ValidationError("\(file) has a token named \(token.name); delete its line first")
            }
        }
        // Hashes are no secrets, but who may use the service is nobody else's business.
        let descriptor = open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ValidationError("\(file) cannot be written: \(String(cString: strerror(errno)))")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let length = try handle.seekToEnd()
        var line = token.line + "\n"
        if length > 0 {
            try handle.seek(toOffset: length - 1)
            if try handle.read(upToCount: 1) != Data("\n".utf8) { line = "\n" + line }
        }
        try handle.write(contentsOf: Data(line.utf8))
        try handle.synchronize()
    }
}
