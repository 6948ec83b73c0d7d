import Foundation
import Synchronization

/// How good the class activation maps of a network are: its masks without refinement against ground truth, image-level
/// labels given, at every background score.
///
/// The network runs once an image. Between finding the best background score and scoring contours there, each image
/// keeps two bytes a pixel (`SweepPlanes`): 0.4 MB at 500 x 375, 75 MB for 200 images.
public struct CAMEvaluation: Sendable {
    public let scales: [Double]
    /// Whether each scale is seen mirrored too.
    public let flip: Bool
    private let logits: MultiScaleLogits
    private let decoder = ImageDecoder()
    private let classCount: Int

    /// While one image has the network's threads, another is decoded or merged.
    static let imagesAtOnce = 2

    /// - Parameter threads: of the network.
    public init(model: Model, threads: Int, scales: [Double] = LabelingOptions.defaultScales, flip: Bool = true) {
        self.scales = scales
        self.flip = flip
        classCount = model.description.classes.count
        logits = MultiScaleLogits(model: model, threads: threads)
    }

    /// Figures of one network over one set.
    public struct Result: Sendable, Equatable {
        public let images: Int
        public let curve: SweepCurve
        /// The background score of `iou` and `contour`: the best, unless another was asked for.
        public let score: Float
        /// IoU at `score`, the background first; nil for a class that neither side has.
        public let iou: [Double?]
        /// At `score`.
        public let contour: ContourScore

        /// At `score`. A set has a pixel of a class.
        public var meanIoU: Double { meanOfPresent(iou) ?? 0 }
        /// At `score`.
        public var contourF: Double { contour.mean ?? 0 }
    }

    /// - Parameters:
    ///   - score: background score in [0, 0.99] of the IoU of each class and of the contours, rounded to hundredths;
    ///     nil takes the best.
    ///   - progress: called after each image, one call at a time, from any thread.
    /// - Throws: what makes an image of the set unusable by now, naming its file.
    /// - Precondition: the set's classes are the network's.
    public func run(
        _ set: EvaluationSet, at score: Float? = nil, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> Result {
        precondition(set.classes.count == classCount && set.count > 0)
        let state = Mutex(Collected(count: set.count, classCount: classCount))
        let threads = CAMEvaluation.imagesAtOnce
        try ParallelItems.forEach(count: set.count, threads: threads, progress: progress) { index in
            let item = set.items[index]
            let planes = try sweepPlanes(of: item)
            let truth = try item.truth(width: planes.width, height: planes.height, classCount: classCount)
            state.withLock {
                $0.sweep.add(planes, truth: truth)
                $0.planes[index] = planes
            }
        }
        let (sweep, planes) = state.withLock { ($0.sweep, $0.planes) }
        let curve = SweepCurve(sweep)
        let chosen = SweepPlanes.number(of: score ?? curve.bestScore)

        let contour = Mutex(ContourScore(classCount: classCount))
        try ParallelItems.forEach(count: set.count, threads: threads) { index in
            guard let planes = planes[index] else { return }
            let truth = try set.items[index].truth(width: planes.width, height: planes.height, classCount: classCount)
            let image = ImageScore(prediction: planes.mask(at: chosen), truth: truth, classCount: classCount)
            contour.withLock { $0.add(image) }
        }
        return Result(
            images: set.count, curve: curve, score: SweepPlanes.scores[chosen], iou: sweep.iou(at: chosen),
            contour: contour.withLock { $0 })
    }

    private struct Collected: Sendable {
        var sweep: BackgroundSweep
        var planes: [SweepPlanes?]

        init(count: Int, classCount: Int) {
            sweep = BackgroundSweep(classCount: classCount)
            planes = [SweepPlanes?](repeating: nil, count: count)
        }
    }

    /// The maps as `Pipeline` makes them.
    private func sweepPlanes(of item: EvaluationSet.Item) throws -> SweepPlanes {
        let image = try PictureFile(path: item.picture.path).read(decoder)
        let size = WorkingSize(width: image.width, height: image.height)
        let maps = logits.maps(
            of: size.image(image), classes: item.picture.labels, scales: scales, flip: flip, size: size)
        return SweepPlanes(maps.enlarged(toWidth: image.width, height: image.height))
    }
}
