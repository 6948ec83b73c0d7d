import ArgumentParser
import Store

/// How much of the store jobs may hold, and for how long.
struct HoldingOptions: ParsableArguments {
    private static let standardItems = 1_000_000

    @Option(
        help: ArgumentHelp(
            "Items that the jobs of one token may hold together, finished ones included; each job counts one more. "
                + "Default: \(Self.standardItems) with --token-file, else any.", valueName: "number"))
    var tokenItems: Int?
    @Option(
        help: ArgumentHelp(
            "Masks, images and items that the jobs of one token may hold together. Default: half of --store-limit with "
                + "--token-file, else any.", valueName: "bytes"))
    var tokenBytes: Int?
    @Option(
        help: ArgumentHelp(
            "After its end a job is purged when the service has run for so long. Default: never.",
            valueName: "seconds"))
    var jobRetention: Int?

    func validate() throws {
        if let tokenItems { try require("--token-items", tokenItems, in: 1...1_000_000_000) }
        if let tokenBytes { try require("--token-bytes", tokenBytes, in: 1...1 << 50) }
        if let jobRetention { try require("--job-retention", jobRetention, in: 1...1 << 32) }
    }

    /// - Parameter queue: unfinished items of one token; nil for any number.
    func quota(queue: Int?, hasTokens: Bool, storeLimit: Int) -> JobQuota {
        JobQuota(
            unfinished: queue, items: tokenItems ?? (hasTokens ? Self.standardItems : nil),
            bytes: tokenBytes ?? (hasTokens ? storeLimit / 2 : nil))
    }
}
