/// Random numbers (SplitMix64) that depend on nothing but a seed and what they are for.
///
/// Every use names its own stream, such as (seed, "augment", epoch, example): numbers are then the same in whatever order
/// threads ask for them, and a run that resumes needs no generator's state.
public struct RandomStream: RandomNumberGenerator, Sendable {
    /// What a stream is for.
    public enum Purpose: UInt64, Sendable {
        case initialisation = 1
        case order, augmentation, dropout, sampling, bootstrap
        case holdout, chance, balance
    }

    private var state: UInt64

    /// - Parameter indices: which of the purpose's streams, such as epoch and example.
    public init(seed: UInt64, _ purpose: Purpose, _ indices: Int...) {
        state = RandomStream.mixed(seed)
        for index in [purpose.rawValue] + indices.map({ UInt64(bitPattern: Int64($0)) }) {
            state = RandomStream.mixed(state ^ index &* 0x9E37_79B9_7F4A_7C15)
        }
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return RandomStream.mixed(state)
    }

    /// In [0, 1), with 24 random bits: each is a float of its own.
    public mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// In [low, high).
    public mutating func uniform(_ low: Float, _ high: Float) -> Float { low + (high - low) * unit() }

    /// In 0..<count, by a widening product: uniform to 2^-32 for the counts of a training set.
    public mutating func index(below count: Int) -> Int { Int(((next() >> 32) * UInt64(count)) >> 32) }

    /// 0..<count in random order (Fisher-Yates).
    public mutating func permutation(of count: Int) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, index(below: last + 1)) }
        return order
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
