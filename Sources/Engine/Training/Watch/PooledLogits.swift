/// The mean logits of every class in the images of one batch: what tells whether a network still tells images apart.
///
/// `@unchecked Sendable`: each thread of a step writes the rows of its own images; read after all are done.
final class PooledLogits: @unchecked Sendable {
    private let images: Int
    private let classes: Int
    /// [images, classes]
    private let values: FloatBuffer

    /// Images from which a spread can be told.
    static let least = 4

    init(images: Int, classes: Int) {
        (self.images, self.classes) = (images, classes)
        values = FloatBuffer(count: images * classes)
    }

    /// - Parameter means: over the cells, [classes]
    func set(_ means: [Float], of image: Int) {
        for (index, mean) in means.enumerated() { values.pointer[image * classes + index] = mean }
    }

    /// Standard deviation over the images, the mean over classes; nil for fewer than `least` images.
    var spread: Float? {
        guard images >= PooledLogits.least else { return nil }
        var total = 0.0
        for index in 0..<classes {
            let column = (0..<images).map { Double(values.pointer[$0 * classes + index]) }
            let mean = column.reduce(0, +) / Double(images)
            total += (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(images)).squareRoot()
        }
        return Float(total / Double(classes))
    }
}
