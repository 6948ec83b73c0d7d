import ArgumentParser
import Server

/// What one client may take of what all share. A client is a token or, without one, an address (for IPv6 the network of
/// 64 bits). The defaults are those of `ServerLimits`.
struct ShareOptions: ParsableArguments {
    private static let standard = ServerLimits()

    @Option(
        help: ArgumentHelp(
            "Connections of one address, and requests in flight of one token or one client behind a trusted proxy; "
                + "more are answered 429. Default: a quarter of the connections served, at least 64.",
            valueName: "number"))
    var clientConnections: Int?
    @Option(help: ArgumentHelp("Event streams of one client; more are answered 429.", valueName: "number"))
    var clientStreams = Self.standard.clientStreams
    @Option(
        help: ArgumentHelp(
            "Event streams of all clients; more are answered 503. Default: a quarter of the connections served.",
            valueName: "number"))
    var maximumStreams: Int?
    @Option(
        help: ArgumentHelp(
            "Bodies that one client may hold in memory; its slowest upload beyond that is answered 429. Default: a "
                + "quarter of --maximum-buffered-bytes.",
            valueName: "bytes"))
    var clientBodyBytes: Int?
    @Option(
        help: ArgumentHelp(
            "Answers that may wait in memory for their readers; beyond that slow readers are cut off, then answers are "
                + "503.",
            valueName: "bytes"))
    var bufferedAnswerBytes = Self.standard.bufferedAnswerBytes
    @Option(
        help: ArgumentHelp(
            "Those of one client; more are 429. Default: a quarter of --buffered-answer-bytes.", valueName: "bytes"))
    var clientAnswerBytes: Int?

    func validate() throws {
        if let clientConnections { try require("--client-connections", clientConnections, in: 1...1_000_000) }
        try require("--client-streams", clientStreams, in: 1...1_000_000)
        if let maximumStreams { try require("--maximum-streams", maximumStreams, in: 1...1_000_000) }
        if let clientBodyBytes { try require("--client-body-bytes", clientBodyBytes, in: 1...1 << 50) }
        try require("--buffered-answer-bytes", bufferedAnswerBytes, in: 1...1 << 50)
        if let clientAnswerBytes { try require("--client-answer-bytes", clientAnswerBytes, in: 1...1 << 50) }
    }

    func apply(to limits: inout ServerLimits) {
        limits.clientConnections = clientConnections
        limits.clientStreams = clientStreams
        limits.streams = maximumStreams
        limits.clientBodyBytes = clientBodyBytes
        limits.bufferedAnswerBytes = bufferedAnswerBytes
        limits.clientAnswerBytes = clientAnswerBytes
    }
}
