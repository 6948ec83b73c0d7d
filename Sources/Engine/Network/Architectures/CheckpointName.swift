import Text

/// Names of a checkpoint's tensors without what programs put around a network.
enum CheckpointName {
    /// Data parallelism, `torch.compile`, Lightning, and modules that have the network as a member.
    private static let wrappers = ["module", "_orig_mod", "model", "net", "network", "backbone", "encoder"]
    /// More is no program's.
    private static let maximumDepth = 8

    /// Without the wrappers, however they are nested: `module.backbone.conv1.weight` is `conv1.weight`.
    static func unwrapped(_ name: String) -> String {
        var parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)[...]
        for _ in 0..<maximumDepth {
            guard parts.count > 1, let first = parts.first, wrappers.contains(where: { first.elementsEqual($0.utf8) })
            else { break }
            parts = parts.dropFirst()
        }
        return parts.map { String(Substring($0)) }.joined(separator: ".")
    }
}
