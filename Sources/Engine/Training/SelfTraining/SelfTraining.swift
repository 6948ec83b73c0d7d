/// Further rounds of training in which the network also learns its own refined masks.
///
/// After the first round the network labels its training pictures, image-level labels given, at several scales and with
/// binomial refinement: posteriors that follow the pictures' edges. The next round starts from the same weights and
/// adds a loss against them (`SoftTargetLoss`). No ground truth is involved.
public struct SelfTraining: Codable, Sendable, Equatable {
    public var rounds = 1
    /// Of each further round.
    public var epochs = 8
    /// Learning rate of the further rounds, relative to the first.
    public var rateFactor: Float = 1
    /// Where the network's own maps are cut when it labels the training pictures.
    public var backgroundScore = LabelingOptions.customaryBackgroundScore
    /// At which it sees them, each mirrored too.
    public var scales = [1, 1.5]

    public init() {}
}
