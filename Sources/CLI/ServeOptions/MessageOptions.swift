import ArgumentParser
import Server

/// How large the parts of an HTTP message may be. The defaults are those of `ServerLimits`.
struct MessageOptions: ParsableArguments {
    private static let standard = ServerLimits()

    @Option(help: ArgumentHelp("Request line and header fields together; more is answered 431.", valueName: "bytes"))
    var maximumHeadBytes = Self.standard.headBytes
    @Option(help: "Header fields of a request; more are answered 431.")
    var maximumFields = Self.standard.fieldCount
    @Option(help: ArgumentHelp("Path and query; more is answered 414.", valueName: "bytes"))
    var maximumTargetBytes = Self.standard.targetBytes
    @Option(help: ArgumentHelp("All chunk extensions of a body together; more is answered 400.", valueName: "bytes"))
    var maximumChunkExtensionBytes = Self.standard.chunkExtensionBytes
    @Option(help: ArgumentHelp("All trailer fields of a body together; more is answered 431.", valueName: "bytes"))
    var maximumTrailerBytes = Self.standard.trailerBytes
    @Option(
        help: ArgumentHelp(
            "Read ahead of the request being answered (pipelining); then reading pauses.", valueName: "bytes"))
    var maximumPipelinedBytes = Self.standard.pipelinedBytes
    @Option(
        help: ArgumentHelp(
            "Bodies that all connections together may hold in memory; more is answered 503.", valueName: "bytes"))
    var maximumBufferedBytes = Self.standard.bufferedBodyBytes
    @Option(
        help: ArgumentHelp(
            "A refused body that is read and dropped, so that its connection stays; behind a larger one it is closed.",
            valueName: "bytes"))
    var maximumDroppedBytes = Self.standard.droppedBodyBytes

    func validate() throws {
        try require("--maximum-head-bytes", maximumHeadBytes, in: 256...16 << 20)
        try require("--maximum-fields", maximumFields, in: 1...10_000)
        try require("--maximum-target-bytes", maximumTargetBytes, in: 16...16 << 20)
        try require("--maximum-chunk-extension-bytes", maximumChunkExtensionBytes, in: 0...16 << 20)
        try require("--maximum-trailer-bytes", maximumTrailerBytes, in: 2...16 << 20)
        try require("--maximum-pipelined-bytes", maximumPipelinedBytes, in: 1...64 << 20)
        try require("--maximum-buffered-bytes", maximumBufferedBytes, in: 1...1 << 50)
        try require("--maximum-dropped-bytes", maximumDroppedBytes, in: 0...1 << 30)
    }

    func apply(to limits: inout ServerLimits) {
        limits.headBytes = maximumHeadBytes
        limits.fieldCount = maximumFields
        limits.targetBytes = maximumTargetBytes
        limits.chunkExtensionBytes = maximumChunkExtensionBytes
        limits.trailerBytes = maximumTrailerBytes
        limits.pipelinedBytes = maximumPipelinedBytes
        limits.bufferedBodyBytes = maximumBufferedBytes
        limits.droppedBodyBytes = maximumDroppedBytes
    }
}
