/// Which examples a batch holds: a function of seed, epoch and batch alone, so a resumed run goes on with the same
/// ones.
struct BatchOrder {
    let seed: UInt64
    let exampleCount: Int
    let batchSize: Int
    /// How often an epoch draws each example on average; their sum is `exampleCount`. nil where each is drawn once.
    let weights: [Double]?

    /// - Precondition: counts positive; weights positive, one an example.
    init(seed: UInt64, exampleCount: Int, batchSize: Int, weights: [Double]? = nil) {
        precondition(exampleCount > 0 && batchSize > 0 && (weights.map { $0.count == exampleCount } ?? true))
        self.seed = seed
        self.exampleCount = exampleCount
        self.batchSize = batchSize
        self.weights = weights
    }

    /// Whole batches only: what is left of an epoch's order is dropped. Fewer examples than a batch make one.
    var batchesPerEpoch: Int { max(1, exampleCount / batchSize) }

    /// `exampleCount` examples in the order of an epoch: all, or as often each as weights and chance have it.
    func examples(inEpoch epoch: Int) -> [Int] {
        var random = RandomStream(seed: seed, .order, epoch)
        let order = random.permutation(of: exampleCount)
        guard let weights else { return order }
        let drawn = drawn(weights, inEpoch: epoch)
        return order.map { drawn[$0] }
    }

    /// Systematic sampling: an example of weight w comes up w times, rounded up or down, and `exampleCount` come up in
    /// all. The examples lie one behind the other in an order of the epoch's, each as long as its weight, and every
    /// point that is a whole number from the first draws the one it lies in.
    private func drawn(_ weights: [Double], inEpoch epoch: Int) -> [Int] {
        var random = RandomStream(seed: seed, .balance, epoch)
        let order = random.permutation(of: exampleCount)
        let first = Double(random.unit())
        var drawn: [Int] = []
        drawn.reserveCapacity(exampleCount)
        var end = 0.0
        for example in order {
            end += weights[example]
            while drawn.count < exampleCount, first + Double(drawn.count) < end { drawn.append(example) }
        }
        // What the sum lacks for rounding is the last one's.
        while drawn.count < exampleCount { drawn.append(order[exampleCount - 1]) }
        return drawn
    }

    /// Positions in the epoch's order of a batch's examples; beyond the end of the order, it starts again.
    func positions(inBatch index: Int) -> Range<Int> { index * batchSize..<(index + 1) * batchSize }
}
