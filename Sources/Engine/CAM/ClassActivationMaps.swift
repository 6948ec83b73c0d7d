import Foundation

/// From the logits of all passes to what the classifier says, and to one class activation map a class.
enum ClassActivationMaps {
    /// The classifier's logit of every class being in the picture: the globally averaged map (`docs/Method.md` 1), at
    /// the scale nearest to the picture's own, averaged over its mirror image.
    /// - Returns: [classes]
    static func pooledLogits(_ passes: [PassLogits], classCount: Int) -> [Float] {
        guard let nearest = passes.min(by: { abs(log($0.pass.scale)) < abs(log($1.pass.scale)) }) else {
            return [Float](repeating: -.infinity, count: classCount)
        }
        let used = passes.filter { $0.pass.scale == nearest.pass.scale }
        return (0..<classCount).map { index in
            let means = used.map { $0.map(of: index).reduce(0, +) / Float($0.size.count) }
            return means.reduce(0, +) / Float(means.count)
        }
    }

    /// The classifier's posteriors: the sigmoid of its logits.
    static func posteriors(_ pooledLogits: [Float]) -> [Float] { pooledLogits.map { 1 / (1 + exp(-$0)) } }

    /// The classes that the classifier itself finds: posterior over 0.5, else the single best. Ascending.
    static func predictedClasses(_ posteriors: [Float]) -> [Int] {
        let sure = posteriors.indices.filter { posteriors[$0] > 0.5 }
        if !sure.isEmpty { return sure }
        return posteriors.indices.max { posteriors[$0] < posteriors[$1] }.map { [$0] } ?? []
    }

    /// The maps of `classes`, merged as in `docs/Method.md` 2: every pass upsampled to one size (bilinear), mirror images
    /// turned back, summed, ReLU, then each class normalised: max-min to [0, 1], and by how strong it is.
    ///
    /// The classes are known to be in the picture, so none of them can have a negative classifier logit. Where it has,
    /// the map is raised by what is missing to zero before the ReLU, which otherwise leaves such a class a few pixels
    /// or none. Over 192 images of VOC 2012 (every sixth of train.txt, 286 labels given, binomial refinement, t 0.3) this
    /// left 2 given classes without a pixel instead of 17; mIoU 51.0 instead of 50.4, contour F 35.6 instead of 34.8.
    ///
    /// - Parameters:
    ///   - pooledLogits: the classifier's, [classes of the model].
    ///   - mapMaximum: the model's (`ModelDescription.mapMaximum`); nil leaves maps as max-min normalisation makes them.
    ///   - ownShare: as `strength`'s.
    ///   - size: of the maps.
    /// - Returns: values in [0, 2).
    static func merged(
        _ passes: [PassLogits], classes: [Int], pooledLogits: [Float], mapMaximum: Float?, ownShare: Float = ownShare,
        size: MapSize
    ) -> ClassMaps {
        var maps = ClassMaps(classes: classes, width: size.width, height: size.height)
        for (position, index) in classes.enumerated() {
            let range = maps.range(ofMap: position)
            maps.values.withUnsafeMutableBufferPointer { values in
                let map = UnsafeMutableBufferPointer(rebasing: values[range])
                sum(passes, classIndex: index, pooledLogit: pooledLogits[index], size: size, into: map)
                let highest = normalise(map) / Float(passes.count)
                guard let mapMaximum else { return }
                let strength = strength(of: highest, typical: mapMaximum, own: ownShare)
                for index in map.indices { map[index] *= strength }
            }
        }
        return maps
    }

    /// The highest logit of each class's map, averaged over the passes.
    static func highestLogits(
        _ passes: [PassLogits], classes: [Int], pooledLogits: [Float], size: MapSize
    ) -> [Float] {
        var map = [Float](repeating: 0, count: size.count)
        return classes.map { index in
            map.withUnsafeMutableBufferPointer {
                sum(passes, classIndex: index, pooledLogit: pooledLogits[index], size: size, into: $0)
            }
            return (map.max() ?? 0) / Float(passes.count)
        }
    }

    private static func sum(
        _ passes: [PassLogits], classIndex: Int, pooledLogit: Float, size: MapSize,
        into map: UnsafeMutableBufferPointer<Float>
    ) {
        map.update(repeating: max(0, -pooledLogit) * Float(passes.count))
        for pass in passes {
            pass.map(of: classIndex).withUnsafeBufferPointer { source in
                Resample.bilinear(
                    source, width: pass.size.width, height: pass.size.height, toWidth: size.width,
                    toHeight: size.height, addingInto: map, flippedHorizontally: pass.pass.flipped)
            }
        }
    }

    /// How a map counts whose highest logit is `highest`, where `typical` is the mean of such: highest / T, T for the
    /// most part the typical one. In [0.5, 2].
    ///
    /// Max-min normalisation alone gives a map that hardly rises over zero the same say as one that the network is sure of,
    /// where classes compete and against the background. T alone leaves a weak map of a class that is known to be there
    /// nothing; it therefore is at most twice the highest.
    /// - Parameter own: share of the map's own highest logit in T.
    static func strength(of highest: Float, typical: Float, own: Float) -> Float {
        min(max(highest / (own * highest + (1 - own) * typical), 0.5), 2)
    }

    /// docs/Results.md has other shares.
    static let ownShare: Float = 0.3

    /// Keeps a map that is zero everywhere at zero.
    static let epsilon: Float = 1e-5

    /// ReLU, then (x - min - e) / (max - min + e), not below zero: in place, to [0, 1).
    /// - Parameter smallestRange: takes the place of max - min where that is smaller.
    /// - Returns: the maximum before.
    @discardableResult
    static func normalise(_ map: UnsafeMutableBufferPointer<Float>, smallestRange: Float = 0) -> Float {
        var low = Float.infinity
        var high = -Float.infinity
        for index in map.indices {
            let value = max(0, map[index])
            map[index] = value
            low = min(low, value)
            high = max(high, value)
        }
        let scale = 1 / (max(high - low, smallestRange) + epsilon)
        for index in map.indices { map[index] = max(0, (map[index] - low - epsilon) * scale) }
        return high
    }
}
