/// A run that went back: where its network had stopped learning, where it goes on from, and how fast it learns from there.
public struct Recovery: Codable, Sendable, Equatable {
    /// Step after which it was noticed.
    public let noticed: Int
    /// Step it went back to.
    public let back: Int
    /// What the learning rate is multiplied by from there on.
    public let rateFactor: Float
    /// Completes a sentence that begins with "the network".
    public let reason: String

    /// Whether a checkpoint's record is one that a run can have made.
    var isPlausible: Bool { back >= 0 && noticed >= back && rateFactor > 0 && rateFactor < 1 }

    /// Times that a run goes back before it ends.
    static let most = 2
    /// Each time the rate falls to this share.
    static let rateShare: Float = 1.0 / 3

    /// Of the learning rate, after all of `recoveries`.
    static func rateFactor(_ recoveries: [Recovery]) -> Float { recoveries.last?.rateFactor ?? 1 }
}
