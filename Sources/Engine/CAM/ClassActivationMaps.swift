import Foundation

/// From the logits of all passes to what the classifier says, and to one class activation map a class.
enum ClassActivationMaps {
    /// The classifier's posterior of every class being in the picture: the sigmoid of the globally averaged logits
    /// (GAP, `method.md` 1), at the scale nearest to the picture's own, averaged over its mirror image.
    /// - Returns: [classes], each in [0, 1].
    static func classPosteriors(_ passes: [PassLogits], classCount: Int) -> [Float] {
        guard let nearest = passes.min(by: { abs(log($0.pass.scale)) < abs(log($1.pass.scale)) }) else {
            return [Float](repeating: 0, count: classCount)
        }
        let used = passes.filter { $0.pass.scale == nearest.pass.scale }
        return (0..<classCount).map { index in
            let means = used.map { $0.map(of: index).reduce(0, +) / Float($0.size.count) }
            let logit = means.reduce(0, +) / Float(means.count)
            return 1 / (1 + exp(-logit))
        }
    }

    /// The classes that the classifier itself finds: posterior over 0.5, else the single best. Ascending.
    static func predictedClasses(_ posteriors: [Float]) -> [Int] {
        let sure = posteriors.indices.filter { posteriors[$0] > 0.5 }
        if !sure.isEmpty { return sure }
        return posteriors.indices.max { posteriors[$0] < posteriors[$1] }.map { [$0] } ?? []
    }

    /// The maps of `classes`, merged as in `method.md` 5: every pass upsampled to the picture's size (bilinear), mirror
    /// images turned back, summed, ReLU, then each class max-min-normalised to [0, 1].
    static func merged(_ passes: [PassLogits], classes: [Int], width: Int, height: Int) -> ClassMaps {
        var maps = ClassMaps(classes: classes, width: width, height: height)
        for (position, index) in classes.enumerated() {
            let range = maps.range(ofMap: position)
            maps.values.withUnsafeMutableBufferPointer { values in
                let target = UnsafeMutableBufferPointer(rebasing: values[range])
                for pass in passes {
                    pass.map(of: index).withUnsafeBufferPointer { source in
                        Resample.bilinear(
                            source, width: pass.size.width, height: pass.size.height, toWidth: width, toHeight: height,
                            addingInto: target, flippedHorizontally: pass.pass.flipped)
                    }
                }
                normalise(target)
            }
        }
        return maps
    }

    /// Keeps a map that is zero everywhere at zero.
    static let epsilon: Float = 1e-5

    /// ReLU, then (x - min - e) / (max - min + e), not below zero: in place, to [0, 1).
    static func normalise(_ map: UnsafeMutableBufferPointer<Float>) {
        var low = Float.infinity
        var high = -Float.infinity
        for index in map.indices {
            let value = max(0, map[index])
            map[index] = value
            low = min(low, value)
            high = max(high, value)
        }
        let scale = 1 / (high - low + epsilon)
        for index in map.indices { map[index] = max(0, (map[index] - low - epsilon) * scale) }
    }
}
