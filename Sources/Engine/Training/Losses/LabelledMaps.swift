/// The normalised maps of the classes that are in one image: `MaxNormalisation` of each, optionally resized to another
/// grid. The maps of all other classes, multiplied by their label, are zero and therefore left out.
struct LabelledMaps {
    /// The classes, ascending.
    let classes: [Int]
    /// Grid of `values`.
    let size: MapSize
    /// In [0, 1), [classes.count, size.count]
    let values: FloatBuffer
    private let source: MapSize
    private let smallestRange: Float
    /// Before the resize, [classes.count, source.count].
    private let normalised: FloatBuffer

    /// - Parameters:
    ///   - logits: [labels.count, size.count]
    ///   - labels: 0 or 1
    ///   - smallestRange: of `MaxNormalisation`.
    ///   - target: the grid to resize to, bilinear with aligned corners; nil keeps `size`.
    init(
        logits: UnsafePointer<Float>, size: MapSize, labels: [Float], smallestRange: Float,
        resizedTo target: MapSize? = nil
    ) {
        classes = labels.indices.filter { labels[$0] > 0 }
        source = size
        self.smallestRange = smallestRange
        self.size = target ?? size
        normalised = FloatBuffer(count: classes.count * size.count)
        for (position, index) in classes.enumerated() {
            MaxNormalisation.forward(
                logits + index * size.count, cells: size.count, smallestRange: smallestRange,
                into: normalised.pointer + position * size.count)
        }
        guard let target, target != size else {
            values = normalised
            return
        }
        values = FloatBuffer(count: classes.count * target.count)
        AlignedResize(from: size, to: target).forward(
            normalised.pointer, channels: classes.count, into: values.pointer)
    }

    /// - Parameters:
    ///   - mapGradient: dL/dvalues, [classes.count, size.count]
    ///   - logits: the same as before.
    ///   - gradient: dL/dlogits, [labels.count, size.count of the logits]; added to.
    func backward(
        mapGradient: UnsafePointer<Float>, logits: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
    ) {
        let resized = FloatBuffer(count: size == source ? 0 : normalised.count)
        if size != source {
            AlignedResize(from: source, to: size).backward(
                mapGradient, channels: classes.count, gradient: resized.pointer)
        }
        let upstream = size == source ? mapGradient : UnsafePointer(resized.pointer)
        for (position, index) in classes.enumerated() {
            let (map, plane) = (position * source.count, index * source.count)
            MaxNormalisation.backward(
                logits: logits + plane, map: normalised.pointer + map, mapGradient: upstream + map,
                cells: source.count, smallestRange: smallestRange, gradient: gradient + plane)
        }
    }
}
