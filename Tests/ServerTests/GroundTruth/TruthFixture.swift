import Engine
import Foundation

@testable import TestSupport

/// Ground truth for the pictures of the tests.
enum TruthFixture {
    static let classCount = 20

    /// Rectangles of some of the classes and of what does not count.
    static func mask(seed: Int) -> IndexMask {
        var random = SeededRandom(seed: UInt64(seed))
        let (width, height) = (Picture.width, Picture.height)
        var indices = [UInt16](repeating: 0, count: width * height)
        for index in [8, UInt16.random(in: 1...20, using: &random), 12, IndexMask.ignore] {
            let left = Int.random(in: 0..<width - 1, using: &random)
            let top = Int.random(in: 0..<height - 1, using: &random)
            for y in top..<Int.random(in: top + 1...height, using: &random) {
                for x in left..<Int.random(in: left + 1...width, using: &random) { indices[y * width + x] = index }
            }
        }
        return IndexMask(width: width, height: height, indices: indices)
    }

    static func png(seed: Int) -> Data { VOCPNG.encode(mask(seed: seed), classCount: classCount) }

    /// What a mask of one index everywhere is.
    static func png(index: UInt16, width: Int = Picture.width, height: Int = Picture.height) -> Data {
        let indices = [UInt16](repeating: index, count: width * height)
        return VOCPNG.encode(IndexMask(width: width, height: height, indices: indices), classCount: 254)
    }
}

/// The figures that a set of masks has, computed from the masks.
struct ExpectedFigures {
    var confusion = ConfusionMatrix(classCount: TruthFixture.classCount)
    var contour = ContourScore(classCount: TruthFixture.classCount)

    mutating func add(_ maskPNG: Data, truth: IndexMask) throws {
        let mask = try VOCPNG.decode(maskPNG)
        let image = ImageScore(prediction: mask, truth: truth, classCount: TruthFixture.classCount)
        confusion.add(image)
        contour.add(image)
    }

    /// As a document has them.
    var classes: [ClassFigures] {
        get throws {
            let names = ["background"] + (try RouteServer.model.get().description.classes)
            return (0...TruthFixture.classCount).compactMap { index -> ClassFigures? in
                let outline = index == 0 ? nil : figures(of: contour.classes[index - 1])
                if confusion.iou[index] == nil && outline == nil { return nil }
                return ClassFigures(
                    index: index, name: names[index], iou: confusion.iou[index],
                    precision: confusion.precision[index], recall: confusion.recall[index], contour: outline)
            }
        }
    }

    private func figures(of counts: ContourScore.Counts) -> ClassFigures.Contour? {
        counts.f.map {
            ClassFigures.Contour(
                f: $0, prediction: counts.prediction, matchedPrediction: counts.matchedPrediction,
                truth: counts.truth, matchedTruth: counts.matchedTruth)
        }
    }
}
