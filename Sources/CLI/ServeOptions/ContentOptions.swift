import ArgumentParser
import Engine
import Server

/// What one request may ask for. The defaults are those of `RequestLimits`.
struct ContentOptions: ParsableArguments {
    private static let standard = RequestLimits()

    @Option(help: "Most pixels of an image; more are answered 413.")
    var maximumPixels = ImageDecoder.defaultMaximumPixels
    @Option(help: ArgumentHelp("An uploaded image, ground truth or form; more is answered 413.", valueName: "bytes"))
    var maximumBodyBytes = Self.standard.maximumBodyBytes
    @Option(help: ArgumentHelp("A job's description as one JSON object; more is answered 413.", valueName: "bytes"))
    var maximumJobBytes = Self.standard.maximumJobBytes
    @Option(help: ArgumentHelp("A job's description as NDJSON; more is answered 413.", valueName: "bytes"))
    var maximumJobLinesBytes = Self.standard.maximumJobLinesBytes
    @Option(help: "Parts of a form.")
    var maximumParts = Self.standard.maximumParts
    @Option(help: ArgumentHelp("All text parts of a form together.", valueName: "bytes"))
    var maximumTextBytes = Self.standard.maximumTextBytes
    @Option(help: "Labels of one picture.")
    var maximumLabels = Self.standard.maximumLabels
    @Option(help: "Items of one job.")
    var maximumItems = Self.standard.maximumItems
    @Option(help: ArgumentHelp("The name of a job or an item, in UTF-8.", valueName: "bytes"))
    var maximumNameBytes = Self.standard.maximumNameBytes
    @Option(name: .customLong("maximum-json-depth"), help: "Arrays and objects inside each other in a JSON body.")
    var maximumJSONDepth = Self.standard.maximumJSONDepth

    func validate() throws {
        try require("--maximum-pixels", maximumPixels, in: 1...1 << 40)
        try require("--maximum-body-bytes", maximumBodyBytes, in: 1...1 << 40)
        try require("--maximum-job-bytes", maximumJobBytes, in: 1...1 << 40)
        try require("--maximum-job-lines-bytes", maximumJobLinesBytes, in: 1...1 << 40)
        try require("--maximum-parts", maximumParts, in: 1...1_000_000)
        try require("--maximum-text-bytes", maximumTextBytes, in: 1...1 << 30)
        try require("--maximum-labels", maximumLabels, in: 1...1_000_000)
        try require("--maximum-items", maximumItems, in: 1...10_000_000)
        // Longer names are no file names.
        try require("--maximum-name-bytes", maximumNameBytes, in: 1...250)
        // The decoder's own bound is 512.
        try require("--maximum-json-depth", maximumJSONDepth, in: 1...512)
    }

    var limits: RequestLimits {
        var limits = RequestLimits()
        limits.maximumBodyBytes = maximumBodyBytes
        limits.maximumJobBytes = maximumJobBytes
        limits.maximumJobLinesBytes = maximumJobLinesBytes
        limits.maximumParts = maximumParts
        limits.maximumTextBytes = maximumTextBytes
        limits.maximumLabels = maximumLabels
        limits.maximumItems = maximumItems
        limits.maximumNameBytes = maximumNameBytes
        limits.maximumJSONDepth = maximumJSONDepth
        return limits
    }
}
