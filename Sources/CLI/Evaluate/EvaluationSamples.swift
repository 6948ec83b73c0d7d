import Engine
import Foundation
import Synchronization

/// Pictures that show what the figures of each class look like: the best, the median and the worst image by the class's
/// IoU in it, of the images in whose ground truth it is.
struct EvaluationSamples {
    struct Sample: Sendable {
        let rank: String
        let name: String
        let iou: Double
        /// JPEG: the picture, the prediction over it, the ground truth over it.
        let panels: [Data]

        static let panelNames = ["picture", "prediction", "ground truth"]
    }

    /// By index, the background first, which has none; empty without pictures.
    let classes: [[Sample]]

    private struct Pick: Sendable {
        let index: Int
        let rank: String
        let image: Int
        let iou: Double
    }

    /// Of a panel, in pixels. Sixty images of three panels take some 2.5 MB.
    private static let (maximumWidth, maximumHeight, quality) = (240, 320, 80)

    /// - Parameter scores: of the set's first run.
    init(_ set: PredictionSet, _ scores: [ImageScore], classCount: Int, threads: Int) throws {
        let picks = EvaluationSamples.picks(scores, classCount: classCount)
        let samples = Mutex([Sample?](repeating: nil, count: picks.count))
        try ParallelItems.forEach(count: picks.count, threads: threads) { number in
            let pick = picks[number]
            guard let picture = try set.picture(of: set.names[pick.image]) else { return }
            let masks = try set.masks(of: set.names[pick.image])
            let panels =
                [picture] + [masks.predictions[0], masks.truth].map { Overlay.render(image: picture, mask: $0) }
            let sample = Sample(
                rank: pick.rank, name: set.names[pick.image], iou: pick.iou,
                panels: panels.map(EvaluationSamples.reduced))
            samples.withLock { $0[number] = sample }
        }
        var classes = [[Sample]](repeating: [], count: classCount + 1)
        for (pick, sample) in zip(picks, samples.withLock({ $0 })) {
            if let sample { classes[pick.index].append(sample) }
        }
        self.classes = classes
    }

    /// Each image once a class, so fewer than three of a class with one or two.
    private static func picks(_ scores: [ImageScore], classCount: Int) -> [Pick] {
        var byIndex = [[(iou: Double, image: Int)]](repeating: [], count: classCount + 1)
        for (image, score) in scores.enumerated() {
            for overlap in score.overlaps where overlap.index > 0 && overlap.truth > 0 {
                if let iou = overlap.iou { byIndex[overlap.index].append((iou, image)) }
            }
        }
        return byIndex.enumerated().flatMap { index, images -> [Pick] in
            let sorted = images.sorted { ($0.iou, $1.image) > ($1.iou, $0.image) }
            var seen: Set<Int> = []
            return [("best", 0), ("worst", sorted.count - 1), ("median", sorted.count / 2)]
                .filter { sorted.indices.contains($0.1) && seen.insert($0.1).inserted }.sorted { $0.1 < $1.1 }
                .map { Pick(index: index, rank: $0.0, image: sorted[$0.1].image, iou: sorted[$0.1].iou) }
        }
    }

    private static func reduced(_ image: RGBImage) -> Data {
        let factor = min(
            1, Double(maximumWidth) / Double(image.width), Double(maximumHeight) / Double(image.height))
        let small = Resample.resized(
            image, toWidth: max(1, Int(Double(image.width) * factor)),
            toHeight: max(1, Int(Double(image.height) * factor)))
        return JPEGEncoder.encode(small, quality: quality)
    }
}
