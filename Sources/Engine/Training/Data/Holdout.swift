import Text

/// A training set parted in two: images to train on, and images that tell what the network learnt where there are no
/// masks.
public struct Holdout: Sendable {
    /// In the order of the whole set.
    public let training: TrainingSet
    /// In the order of the whole set, or of the list.
    public let heldOut: TrainingSet

    static let what = "held-out images"

    /// Holds out a share of every class (`Stratification`): the same images for the same set, share and seed.
    /// - Parameter share: in 0...1; a class of two images or more has one held out however small it is.
    /// - Throws: `InvalidDataSet` where nothing can be held out, or everything would be.
    public init(_ set: TrainingSet, share: Double, seed: UInt64) throws(InvalidDataSet) {
        let isHeldOut = Stratification.heldOut(
            set.examples.map(\.labels), classCount: set.classes.count, share: share, seed: seed)
        let heldOut = zip(set.examples, isHeldOut).filter(\.1).map(\.0)
        guard !heldOut.isEmpty else {
            throw InvalidDataSet(
                what: Holdout.what,
                problems: [
                    "none of \(set.examples.count) images can be held out: no class has a second image to train on"
                ])
        }
        try self.init(
            set, training: zip(set.examples, isHeldOut).filter { !$0.1 }.map(\.0),
            heldOut: TrainingSet(set, examples: heldOut))
    }

    /// Takes images that were chosen by somebody else out of a set.
    /// - Parameters:
    ///   - set: images to train on; those that `heldOut` has too are taken out.
    ///   - heldOut: of the same classes.
    /// - Throws: `InvalidDataSet` where nothing is left to train on.
    /// - Precondition: both have the same classes.
    public init(_ set: TrainingSet, without heldOut: TrainingSet) throws(InvalidDataSet) {
        precondition(set.classes.count == heldOut.classes.count)
        let names = Set(heldOut.examples.map { ByteKey($0.name) })
        try self.init(
            set, training: set.examples.filter { !names.contains(ByteKey($0.name)) }, heldOut: heldOut)
    }

    private init(
        _ set: TrainingSet, training examples: [TrainingSet.Example], heldOut: TrainingSet
    ) throws(InvalidDataSet) {
        guard !examples.isEmpty else {
            throw InvalidDataSet(
                what: Holdout.what,
                problems: ["all \(set.examples.count) images would be held out, and none left to train on"])
        }
        training = TrainingSet(set, examples: examples)
        self.heldOut = heldOut
    }
}
