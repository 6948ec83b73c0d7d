import Foundation
import Synchronization

/// Labels the training pictures with the network as it is: class maps at several scales, refined by a dense CRF.
///
/// Not as pictures are served: what colours and the half scale add to a mask spreads into the maps of a network that learns
/// it, whose refined masks then are worse than with this plainer teacher (docs/Results.md).
struct Teacher {
    let model: Model
    let threads: Int
    let backgroundScore: Float
    let scales: [Double]

    /// Over the picture in RGB.
    private static let crf = DenseCRF.Parameters(
        gaussianDeviation: 1, gaussianCompatibility: 0,
        bilateralDeviation: 60 / Float(WorkingSize.mapStride), bilateralColourDeviation: 5, bilateralCompatibility: 10,
        iterations: 10)

    /// - Parameter progress: called after each picture, one call at a time, from any thread.
    /// - Throws: `PictureFile.Unreadable`.
    func targets(
        of set: TrainingSet, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> SoftTargets {
        let logits = MultiScaleLogits(
            model: model, threads: threads,
            mapMaximum: try MapMaximum.measure(model, on: set, scales: scales, threads: threads), ownShare: 0.5)
        let maps = Mutex([SoftTargets.Map?](repeating: nil, count: set.examples.count))
        try ParallelItems.forEach(
            count: set.examples.count, threads: CAMEvaluation.imagesAtOnce, progress: progress
        ) { index in
            let map = try target(of: set.examples[index], logits)
            maps.withLock { $0[index] = map }
        }
        return SoftTargets(maps.withLock { $0.compactMap { $0 } })
    }

    private func target(of example: TrainingSet.Example, _ logits: MultiScaleLogits) throws -> SoftTargets.Map {
        let picture = try PictureFile(path: example.path).read(ImageDecoder())
        let size = WorkingSize(width: picture.width, height: picture.height)
        guard !example.labels.isEmpty else {
            return SoftTargets.Map(
                reducing: ClassMaps(classes: [], width: size.maps.width, height: size.maps.height))
        }
        let image = size.image(picture)
        let maps = logits.maps(of: image, classes: example.labels, scales: scales, flip: true, size: size)
        var refined = BinomialRefinement.unary(maps, backgroundScore: backgroundScore)
        refined.values = DenseCRF(image: size.guide(image), parameters: Teacher.crf).binomialLogits(refined.values)
        refined.values.withUnsafeMutableBufferPointer { Logistic.replaceByPosteriors($0) }
        return SoftTargets.Map(reducing: refined)
    }
}

extension SoftTargets.Map {
    /// Means over squares of `SoftTargets.reduction` pixels; those at the right and lower edge take what there is.
    init(reducing maps: ClassMaps) {
        let side = SoftTargets.reduction
        let width = (maps.width + side - 1) / side
        let height = (maps.height + side - 1) / side
        var values = [UInt8](repeating: 0, count: maps.classes.count * width * height)
        maps.values.withUnsafeBufferPointer { source in
            for position in maps.classes.indices {
                let plane = maps.range(ofMap: position).lowerBound
                for y in 0..<height {
                    let rows = y * side..<min((y + 1) * side, maps.height)
                    for x in 0..<width {
                        let columns = x * side..<min((x + 1) * side, maps.width)
                        var sum: Float = 0
                        for row in rows { for column in columns { sum += source[plane + row * maps.width + column] } }
                        let mean = sum / Float(rows.count * columns.count)
                        values[(position * height + y) * width + x] = UInt8(max(0, min(255, (mean * 255).rounded())))
                    }
                }
            }
        }
        (self.width, self.height, self.values) = (width, height, values)
    }
}
