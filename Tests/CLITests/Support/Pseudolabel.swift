import Foundation

/// A finished run of `pseudolabel`.
struct CommandResult {
    /// nil when a signal ended it.
    let status: Int32?
    let output: String
    let errors: String
}

/// Runs `pseudolabel` to its end.
func pseudolabel(_ arguments: [String]) throws -> CommandResult {
    let process = try RunningProcess([try Binary.path()] + arguments)
    let ending = try process.wait()
    let status: Int32? = if case .exited(let status) = ending { status } else { nil }
    return CommandResult(status: status, output: process.output.text, errors: process.errors.text)
}

func pseudolabel(_ arguments: String...) throws -> CommandResult { try pseudolabel(arguments) }
