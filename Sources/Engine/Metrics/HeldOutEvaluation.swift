import Synchronization

/// How well a network tells the classes of images that it was not trained on, by their image-level labels.
public struct HeldOutEvaluation: Sendable {
    public let set: TrainingSet
    private let threads: Int
    private let chance: ClassificationChance

    /// - Parameters:
    ///   - set: not empty.
    ///   - threads: of the network.
    public init(_ set: TrainingSet, threads: Int) {
        precondition(!set.examples.isEmpty)
        (self.set, self.threads) = (set, threads)
        chance = ClassificationChance(labels: set.examples.map(\.labels), classCount: set.classes.count)
    }

    /// The classifier's logits at one scale, without mirror images.
    /// - Parameter progress: called after each image, one call at a time, from any thread.
    /// - Throws: `PictureFile.Unreadable` for an image that vanished.
    /// - Precondition: the set's classes are the network's.
    public func run(
        _ model: Model, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> ClassificationScore {
        let (examples, classCount) = (set.examples, model.description.classes.count)
        precondition(set.classes.count == classCount)
        let network = MultiScaleLogits(model: model, threads: threads)
        let logits = Mutex([[Float]](repeating: [], count: examples.count))
        try ParallelItems.forEach(
            count: examples.count, threads: CAMEvaluation.imagesAtOnce, progress: progress
        ) { index in
            let image = try PictureFile(path: examples[index].path).read(ImageDecoder())
            let size = WorkingSize(width: image.width, height: image.height)
            let passes = network.run(size.image(image), scales: [1], flip: false)
            let pooled = ClassActivationMaps.pooledLogits(passes, classCount: classCount)
            logits.withLock { $0[index] = pooled }
        }
        return ClassificationScore(
            logits: logits.withLock { $0 }, labels: examples.map(\.labels), classCount: classCount, chance: chance)
    }
}
