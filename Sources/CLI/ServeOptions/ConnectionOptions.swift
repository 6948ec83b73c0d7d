import ArgumentParser
import Server

/// How many connections, and how long each may take. The defaults are those of `ServerLimits`.
struct ConnectionOptions: ParsableArguments {
    private static let standard = ServerLimits()

    @Option(help: ArgumentHelp("From the first byte of a request's head to its last.", valueName: "seconds"))
    var headerTimeout = Seconds(Self.standard.headerTimeout)
    @Option(help: ArgumentHelp("Between two arrivals of a body's bytes.", valueName: "seconds"))
    var bodyIdleTimeout = Seconds(Self.standard.bodyIdleTimeout)
    @Option(
        help: ArgumentHelp(
            "Rate that a body must keep up on average in every --body-idle-timeout.", valueName: "bytes-per-second"))
    var minimumBodyRate = Self.standard.minimumBodyRate
    @Option(help: ArgumentHelp("How long a whole body may take; more is answered 408.", valueName: "seconds"))
    var bodyTimeout = Seconds(Self.standard.bodyTimeout)
    @Option(help: ArgumentHelp("How long a client may take nothing of its answer.", valueName: "seconds"))
    var writeIdleTimeout = Seconds(Self.standard.writeIdleTimeout)
    @Option(
        help: ArgumentHelp(
            "Rate at which a client must take its answer on average in every --write-idle-timeout.",
            valueName: "bytes-per-second"))
    var minimumAnswerRate = Self.standard.minimumAnswerRate
    @Option(help: ArgumentHelp("How long a connection may wait between two requests.", valueName: "seconds"))
    var keepAliveTimeout = Seconds(Self.standard.keepAliveTimeout)
    @Option(
        help: ArgumentHelp(
            "How long a closing connection's bytes are read and dropped, so that its answer arrives.",
            valueName: "seconds"))
    var lingerTimeout = Seconds(Self.standard.lingerTimeout)
    @Option(help: ArgumentHelp("Between two arrivals of such bytes.", valueName: "seconds"))
    var lingerIdleTimeout = Seconds(Self.standard.lingerIdleTimeout)
    @Option(help: ArgumentHelp("Most of such bytes.", valueName: "bytes"))
    var maximumLingerBytes = Self.standard.lingerBytes
    @Option(
        help: ArgumentHelp(
            "How long requests in flight may take after SIGTERM or SIGINT.", valueName: "seconds"))
    var drainTimeout = Seconds(30)
    @Option(help: "Connections served at once; as far as the limit of open files allows.")
    var maximumConnections = Self.standard.connections
    @Option(help: "Connections beyond those that get health checks answered and are told 503; further ones wait.")
    var maximumRefusals = Self.standard.refusals
    @Option(help: "Open files that connections never use: database, images, logs.")
    var reservedDescriptors = Self.standard.reservedDescriptors
    @Option(help: "Connections that the kernel may queue before they are accepted.")
    var backlog = Self.standard.backlog
    @Option(help: "Threads that carry the connections.")
    var lanes = Self.standard.lanes

    func validate() throws {
        try require("--header-timeout", headerTimeout)
        try require("--body-idle-timeout", bodyIdleTimeout)
        try require("--minimum-body-rate", minimumBodyRate, in: 1...1 << 40)
        try require("--body-timeout", bodyTimeout)
        try require("--write-idle-timeout", writeIdleTimeout)
        try require("--minimum-answer-rate", minimumAnswerRate, in: 1...1 << 40)
        try require("--keep-alive-timeout", keepAliveTimeout)
        try require("--linger-timeout", lingerTimeout)
        try require("--linger-idle-timeout", lingerIdleTimeout)
        try require("--maximum-linger-bytes", maximumLingerBytes, in: 0...1 << 40)
        try require("--drain-timeout", drainTimeout)
        try require("--maximum-connections", maximumConnections, in: 1...1_000_000)
        try require("--maximum-refusals", maximumRefusals, in: 0...100_000)
        try require("--reserved-descriptors", reservedDescriptors, in: 0...100_000)
        try require("--backlog", backlog, in: 1...65535)
        // More serial queues than that would take Dispatch's threads from everything else.
        try require("--lanes", lanes, in: 1...64)
    }

    func apply(to limits: inout ServerLimits) {
        limits.headerTimeout = headerTimeout.duration
        limits.bodyIdleTimeout = bodyIdleTimeout.duration
        limits.minimumBodyRate = minimumBodyRate
        limits.bodyTimeout = bodyTimeout.duration
        limits.minimumAnswerRate = minimumAnswerRate
        limits.writeIdleTimeout = writeIdleTimeout.duration
        limits.keepAliveTimeout = keepAliveTimeout.duration
        limits.lingerTimeout = lingerTimeout.duration
        limits.lingerIdleTimeout = lingerIdleTimeout.duration
        limits.lingerBytes = maximumLingerBytes
        limits.connections = maximumConnections
        limits.refusals = maximumRefusals
        limits.reservedDescriptors = reservedDescriptors
        limits.backlog = backlog
        limits.lanes = lanes
    }
}
