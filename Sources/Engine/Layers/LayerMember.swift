/// One thread's part in a layer that several threads compute together.
struct LayerMember {
    let index: Int
    let count: Int
    /// Floats of this thread's own, as many as the network's plan asked for.
    let scratch: UnsafeMutablePointer<Float>

    /// This thread's contiguous part of `total` items, in multiples of `granularity` but for the end.
    func share(of total: Int, granularity: Int = 1) -> Range<Int> {
        let grains = (total + granularity - 1) / granularity
        let from = min(total, grains * index / count * granularity)
        let to = min(total, grains * (index + 1) / count * granularity)
        return from..<to
    }
}

/// What is applied to a layer's sum before it is stored.
public enum Activation: String, Sendable, Codable {
    case identity
    case relu
    case relu6

    var low: Float { self == .identity ? -.infinity : 0 }
    var high: Float { self == .relu6 ? 6 : .infinity }
}
