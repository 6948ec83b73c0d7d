/// Which examples a batch holds: a function of seed, epoch and batch alone, so a resumed run goes on with the same
/// ones.
struct BatchOrder {
    let seed: UInt64
    let exampleCount: Int
    let batchSize: Int

    /// - Precondition: counts positive.
    init(seed: UInt64, exampleCount: Int, batchSize: Int) {
        precondition(exampleCount > 0 && batchSize > 0)
        self.seed = seed
        self.exampleCount = exampleCount
        self.batchSize = batchSize
    }

    /// Whole batches only: what is left of an epoch's order is dropped. Fewer examples than a batch make one.
    var batchesPerEpoch: Int { max(1, exampleCount / batchSize) }

    /// All examples in the order of an epoch.
    func examples(inEpoch epoch: Int) -> [Int] {
        var random = RandomStream(seed: seed, .order, epoch)
        return random.permutation(of: exampleCount)
    }

    /// Positions in the epoch's order of a batch's examples; beyond the end of the order, it starts again.
    func positions(inBatch index: Int) -> Range<Int> { index * batchSize..<(index + 1) * batchSize }
}
