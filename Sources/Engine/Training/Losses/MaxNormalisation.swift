/// Max-min normalisation of one class activation map after a ReLU, to [0, 1):
/// x = relu(z), y = relu(x - min x - e) / (max x - min x + e), with e = 1e-5, which keeps a map of zeros at zero.
enum MaxNormalisation {
    /// - Parameters:
    ///   - logits: z, [cells]
    ///   - map: y, [cells]
    static func forward(_ logits: UnsafePointer<Float>, cells: Int, into map: UnsafeMutablePointer<Float>) {
        map.update(from: logits, count: cells)
        ClassActivationMaps.normalise(UnsafeMutableBufferPointer(start: map, count: cells))
    }

    /// With s = max - min + e, where y > 0: dy_i/dx_i = 1/s, dy_i/dmin = (y_i - 1)/s, dy_i/dmax = -y_i/s. Of several
    /// smallest or largest cells the first one takes the gradient.
    ///
    /// - Parameters:
    ///   - logits: z, [cells]
    ///   - map: y, what `forward` wrote, [cells]
    ///   - mapGradient: dL/dy, [cells]
    ///   - gradient: dL/dz, [cells]; added to.
    static func backward(
        logits: UnsafePointer<Float>, map: UnsafePointer<Float>, mapGradient: UnsafePointer<Float>, cells: Int,
        gradient: UnsafeMutablePointer<Float>
    ) {
        guard cells > 0 else { return }
        var (lowest, highest) = (0, 0)
        for cell in 1..<cells {
            if max(0, logits[cell]) < max(0, logits[lowest]) { lowest = cell }
            if logits[cell] > logits[highest] { highest = cell }
        }
        let (low, high) = (max(0, logits[lowest]), max(0, logits[highest]))
        let scale = 1 / (high - low + ClassActivationMaps.epsilon)
        var (lowGradient, highGradient) = (0.0, 0.0)
        for cell in 0..<cells where map[cell] > 0 {
            let share = mapGradient[cell] * scale
            lowGradient += Double(share * (map[cell] - 1))
            highGradient -= Double(share * map[cell])
            gradient[cell] += share
        }
        if low > 0 { gradient[lowest] += Float(lowGradient) }
        if high > 0 { gradient[highest] += Float(highGradient) }
    }
}
