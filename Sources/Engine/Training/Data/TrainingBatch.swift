/// Examples that a training step sees together.
///
/// `@unchecked Sendable`: one thread has it at a time, first the loader's, which fills it, then the trainer's.
final class TrainingBatch: @unchecked Sendable {
    /// From 0 on.
    var epoch = 0
    /// Number of the batch in its epoch, from 0 on.
    var indexInEpoch = 0
    /// Examples.
    let size: Int
    let classCount: Int
    /// Side of the square, in pixels.
    let crop: Int
    /// [size, 3, crop, crop], normalised.
    let pixels: FloatBuffer
    /// [size, classCount], 1 where the image has the class, else 0.
    let labels: FloatBuffer
    /// Soft targets where the network trains itself, else nil: [size, classCount, side, side] for class maps of `side`
    /// cells; rows of classes that an image lacks hold anything.
    let targets: FloatBuffer?

    /// - Parameter targetCells: cells of a class map for which there are soft targets, or 0.
    init(size: Int, classCount: Int, crop: Int, targetCells: Int = 0) {
        self.size = size
        self.classCount = classCount
        self.crop = crop
        pixels = FloatBuffer(count: size * 3 * crop * crop)
        labels = FloatBuffer(count: size * classCount)
        targets = targetCells > 0 ? FloatBuffer(count: size * classCount * targetCells) : nil
    }

    /// Example `index`, [3, crop, crop].
    func pixels(of index: Int) -> UnsafeMutablePointer<Float> { pixels.pointer + index * 3 * crop * crop }

    /// Example `index`, [classCount].
    func labelRow(of index: Int) -> [Float] {
        Array(UnsafeBufferPointer(start: labels.pointer + index * classCount, count: classCount))
    }

    /// Soft targets of example `index`, [classCount, side, side].
    func targets(of index: Int) -> UnsafeMutablePointer<Float>? {
        targets.map { $0.pointer + index * ($0.count / size) }
    }

    /// Bytes held.
    var bytes: Int { (pixels.count + labels.count + (targets?.count ?? 0)) * MemoryLayout<Float>.stride }

    func setLabels(_ classes: [Int], of index: Int) {
        let row = labels.pointer + index * classCount
        row.update(repeating: 0, count: classCount)
        for position in classes { row[position] = 1 }
    }
}
