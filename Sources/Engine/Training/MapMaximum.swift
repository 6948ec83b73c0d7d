import Synchronization

/// What the maps of classes that are in a picture rise to on average: `ModelDescription.mapMaximum`.
///
/// Only image-level labels are asked for.
public enum MapMaximum {
    /// Pictures looked at, evenly spread over the set; the mean of so many is off by a few hundredths of itself.
    public static let pictures = 192

    /// - Parameters:
    ///   - scales: at which the network sees the pictures, each mirrored too.
    ///   - progress: called after each picture, one call at a time, from any thread.
    /// - Returns: in logits; nil where no map rises over zero.
    /// - Throws: `PictureFile.Unreadable`.
    public static func measure(
        _ model: Model, on set: TrainingSet, scales: [Double], threads: Int,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> Float? {
        // Images without any class have no map to measure.
        let examples = set.examples.filter { !$0.labels.isEmpty }
        let logits = MultiScaleLogits(model: model, threads: threads)
        let count = min(pictures, examples.count)
        let highest = Mutex([[Float]](repeating: [], count: count))
        try ParallelItems.forEach(count: count, threads: CAMEvaluation.imagesAtOnce, progress: progress) { index in
            let example = examples[index * examples.count / count]
            let picture = try PictureFile(path: example.path).read(ImageDecoder())
            let size = WorkingSize(width: picture.width, height: picture.height)
            let passes = logits.run(size.image(picture), scales: scales, flip: true)
            let found = ClassActivationMaps.highestLogits(
                passes, classes: example.labels,
                pooledLogits: ClassActivationMaps.pooledLogits(passes, classCount: set.classes.count), size: size.maps)
            highest.withLock { $0[index] = found }
        }
        // Added up in the order of the pictures, whichever came first: the same bits each time.
        let all = highest.withLock { $0.flatMap(\.self) }
        let mean = all.reduce(0, +) / Float(max(1, all.count))
        return mean > 0 ? mean : nil
    }
}
