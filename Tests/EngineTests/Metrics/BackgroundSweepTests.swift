import TestSupport
import Testing

@testable import Engine

struct BackgroundSweepTests {
    @Test(arguments: [0, 7, 30, 31, 59, 93, 99])
    func planes_giveTheProductsMaskWhateverTheScore(_ score: Int) {
        var random = SeededRandom(seed: 21)
        let (width, height) = (120, 90)
        let image = DataSetFolder.noise(width: width, height: height, seed: 1)
        for classes in [[2], [0, 3], [1, 2, 4], []] {
            let maps = RandomMasks.maps(classes: classes, width: width, height: height, &random)
            let ours = SweepPlanes(maps).mask(at: score)
            let logits = Refinement.none.logits(
                of: maps, image: image, backgroundScore: SweepPlanes.scores[score])
            let product = MaskComposition(logits, width: width, height: height).mask
            for pixel in 0..<width * height where ours.indices[pixel] != product.indices[pixel] {
                // Only where the logits of both classes round to the same float.
                func logit(_ mask: IndexMask) -> Float? {
                    classes.firstIndex(of: Int(mask.indices[pixel]) - 1).map {
                        logits.values[$0 * width * height + pixel]
                    }
                }
                #expect(logit(ours) != nil && logit(ours) == logit(product))
            }
        }
    }

    @Test func equalMaps_goToTheFirstClass() {
        let maps = ClassMaps(classes: [1, 4], width: 3, height: 1, values: [0.5, 0.2, 0, 0.5, 0.4, 0])
        #expect(SweepPlanes(maps).mask(at: 30).indices == [2, 5, 0])
    }

    /// A value even with the score is background; the next larger float is not.
    @Test func valueAtTheScore_isBackground() {
        for score in 0..<100 {
            let value = SweepPlanes.scores[score]
            let maps = ClassMaps(classes: [0], width: 2, height: 1, values: [value, value.nextUp])
            #expect(SweepPlanes(maps).mask(at: score).indices == [0, 1], "\(score)")
        }
    }

    @Test func sweep_equalsAConfusionMatrixAtEveryScore() {
        var random = SeededRandom(seed: 4)
        let (width, height, classCount) = (37, 29, 5)
        let images = [[0], [1, 3], [0, 2, 3], [], [2]].map { classes in
            (
                planes: SweepPlanes(RandomMasks.maps(classes: classes, width: width, height: height, &random)),
                truth: RandomMasks.mask(width: width, height: height, classCount: 4, ignore: true, &random)
            )
        }
        var sweep = BackgroundSweep(classCount: classCount)
        for image in images { sweep.add(image.planes, truth: image.truth) }
        let curve = sweep.curve
        #expect(curve.count == 100)
        for score in 0..<100 {
            var matrix = ConfusionMatrix(classCount: classCount)
            for image in images {
                let mask = image.planes.mask(at: score)
                matrix.add(ImageScore(prediction: mask, truth: image.truth, classCount: classCount))
            }
            #expect(sweep.iou(at: score) == matrix.iou)
            #expect(curve[score] == matrix.meanIoU)
            // Class 4 is in no image and on no mask.
            #expect(matrix.iou[5] == nil)
        }
        #expect(Set(curve).count > 50)
    }
}
