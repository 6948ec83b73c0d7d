import ArgumentParser
import Logging
import Server

/// What the service says of itself, on standard error.
struct LogOptions: ParsableArguments {
    @Option(help: "text, or json: one object a line.") var logFormat = LogFormat.text
    @Option(help: "trace, debug, info, notice, warning, error or critical; what matters less is left out.")
    var logLevel = Logger.Level.info
    @Flag(
        inversion: .prefixedNo,
        help: "A line for each request answered, with its id, route, status and duration (level info).")
    var accessLog = false

    func bootstrap() {
        LoggingSystem.bootstrap { [logFormat, logLevel] _ in LineLogHandler(logFormat, level: logLevel) }
    }
}

extension LogFormat: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
