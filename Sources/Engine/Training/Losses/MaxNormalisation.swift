/// Max-min normalisation of one class activation map after a ReLU, to [0, 1):
/// x = relu(z), y = relu(x - min x - e) / (max(max x - min x, r) + e), with e = 1e-5, which keeps a map of zeros at zero.
///
/// r bounds the gradient: without it, it grows beyond all bounds as a map gets flat.
enum MaxNormalisation {
    /// - Parameters:
    ///   - logits: z, [cells]
    ///   - smallestRange: r, in logits; a map of a smaller range keeps its slope of 1 / r, and stays below 1.
    ///   - map: y, [cells]
    static func forward(
        _ logits: UnsafePointer<Float>, cells: Int, smallestRange: Float = 0, into map: UnsafeMutablePointer<Float>
    ) {
        map.update(from: logits, count: cells)
        ClassActivationMaps.normalise(
            UnsafeMutableBufferPointer(start: map, count: cells), smallestRange: smallestRange)
    }

    /// With s = max - min + e, where y > 0: dy_i/dx_i = 1/s, dy_i/dmin = (y_i - 1)/s, dy_i/dmax = -y_i/s. With s = r + e
    /// the maximum has no part, and dy_i/dmin = -1/s. Of several smallest or largest cells the first one takes the
    /// gradient.
    ///
    /// - Parameters:
    ///   - logits: z, [cells]
    ///   - map: y, what `forward` wrote, [cells]
    ///   - smallestRange: the same as before.
    ///   - mapGradient: dL/dy, [cells]
    ///   - gradient: dL/dz, [cells]; added to.
    static func backward(
        logits: UnsafePointer<Float>, map: UnsafePointer<Float>, mapGradient: UnsafePointer<Float>, cells: Int,
        smallestRange: Float = 0, gradient: UnsafeMutablePointer<Float>
    ) {
        guard cells > 0 else { return }
        var (lowest, highest) = (0, 0)
        for cell in 1..<cells {
            if max(0, logits[cell]) < max(0, logits[lowest]) { lowest = cell }
            if logits[cell] > logits[highest] { highest = cell }
        }
        let (low, high) = (max(0, logits[lowest]), max(0, logits[highest]))
        let isFlat = high - low < smallestRange
        let scale = 1 / (max(high - low, smallestRange) + ClassActivationMaps.epsilon)
        var (lowGradient, highGradient) = (0.0, 0.0)
        for cell in 0..<cells where map[cell] > 0 {
            let share = mapGradient[cell] * scale
            lowGradient += Double(share * ((isFlat ? 0 : map[cell]) - 1))
            highGradient -= Double(isFlat ? 0 : share * map[cell])
            gradient[cell] += share
        }
        if low > 0 { gradient[lowest] += Float(lowGradient) }
        if high > 0 { gradient[highest] += Float(highGradient) }
    }
}
