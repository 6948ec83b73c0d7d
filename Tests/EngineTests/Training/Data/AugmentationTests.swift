import Testing

@testable import Engine

struct AugmentationTests {
    private let normalisation = ModelDescription.Normalisation(mean: [127, 100, 90], deviation: [128, 64, 32])

    private func apply(_ augmentation: Augmentation, to image: RGBImage, example: Int) -> [Float] {
        var random = RandomStream(seed: 1, .augmentation, 0, example)
        var workspace = Augmentation.Workspace()
        let count = 3 * augmentation.crop * augmentation.crop
        let target = FloatBuffer([Float](repeating: 99, count: count))
        augmentation.apply(
            to: image, random: &random, normalisation: normalisation, into: target.pointer, workspace: &workspace)
        return target.values(count)
    }

    /// Long side = the picture's own: no resampling, so every pixel of the crop is a pixel of the picture, or zero.
    @Test(arguments: 0..<40) func crop_showsThePictureWhereItLiesAndZeroElsewhere(_ example: Int) {
        let image = DataSetFolder.noise(width: 20, height: 9, seed: 8)
        let augmentation = Augmentation(crop: 14, longSide: 20...20, jitter: .none)
        var random = RandomStream(seed: 1, .augmentation, 0, example)
        let placement = CropPlacement(width: 20, height: 9, augmentation, &random)
        #expect(placement.rows == 0..<9 && placement.columns.count == 14)
        var expected = [Float](repeating: 0, count: 3 * 14 * 14)
        for channel in 0..<3 {
            for y in 0..<9 {
                for x in 0..<14 {
                    let column = placement.isMirrored ? 13 - x : x
                    let value = Float(image.pixels[3 * (y * 20 + placement.columns.lowerBound + x) + channel])
                    expected[(channel * 14 + placement.top + y) * 14 + column] =
                        (value - normalisation.mean[channel]) / normalisation.deviation[channel]
                }
            }
        }
        #expect(largestDifference(apply(augmentation, to: image, example: example), expected) < 2e-5)
    }

    @Test func smallPicture_liesAnywhereInsideTheCrop_mirroredWithItsPadding() {
        let white = RGBImage(width: 4, height: 2, pixels: [UInt8](repeating: 255, count: 24))
        let augmentation = Augmentation(crop: 6, longSide: 4...4, jitter: .none)
        var places: Set<Int> = []
        for example in 0..<200 {
            let red = apply(augmentation, to: white, example: example).prefix(36)
            #expect(red.filter { $0 == 1 }.count == 8 && red.filter { $0 == 0 }.count == 28)
            places.insert(red.firstIndex(of: 1)!)
        }
        #expect(places.count == 3 * 5)
    }

    @Test func placement_coversItsRangesAndKeepsTheAspect() {
        let augmentation = Augmentation(crop: 32, longSide: 28...60)
        var sides: Set<Int> = []
        var mirrored = 0
        for example in 0..<2000 {
            var random = RandomStream(seed: 2, .augmentation, 0, example)
            let placement = CropPlacement(width: 50, height: 100, augmentation, &random)
            sides.insert(placement.size.height)
            mirrored += placement.isMirrored ? 1 : 0
            #expect(abs(Double(placement.size.width) - Double(placement.size.height) / 2) <= 0.5)
            for (shown, length, offset) in [
                (placement.rows, placement.size.height, placement.top),
                (placement.columns, placement.size.width, placement.left),
            ] {
                #expect(shown.count == min(length, 32) && shown.upperBound <= length)
                #expect(offset + shown.count <= 32 && (offset == 0 || length < 32))
            }
        }
        #expect(sides == Set(28...60))
        #expect(abs(mirrored - 1000) < 100)
    }

    @Test(arguments: [(1, 1), (1, 3000), (3000, 1), (2, 5)])
    func extremePictures_giveFiniteCropsInRange(_ size: (width: Int, height: Int)) {
        let image = DataSetFolder.noise(width: size.width, height: size.height, seed: 4)
        let augmentation = Augmentation(crop: 16, longSide: 10...40)
        for example in 0..<20 {
            let crop = apply(augmentation, to: image, example: example)
            for channel in 0..<3 {
                let low = -normalisation.mean[channel] / normalisation.deviation[channel]
                let high = (255 - normalisation.mean[channel]) / normalisation.deviation[channel]
                #expect(crop[channel * 256..<(channel + 1) * 256].allSatisfy { $0 >= low - 1e-5 && $0 <= high + 1e-5 })
            }
        }
    }

    @Test func workspace_leavesNoTraceInTheNextExample() {
        let augmentation = Augmentation(crop: 24, longSide: 12...60)
        var shared = Augmentation.Workspace()
        for example in 0..<12 {
            let image = DataSetFolder.noise(width: 10 + 7 * example, height: 60 - 4 * example, seed: UInt64(example))
            var random = RandomStream(seed: 1, .augmentation, 0, example)
            let target = FloatBuffer([Float](repeating: -7, count: 3 * 24 * 24))
            augmentation.apply(
                to: image, random: &random, normalisation: normalisation, into: target.pointer, workspace: &shared)
            #expect(target.values(target.count) == apply(augmentation, to: image, example: example))
        }
    }

    @Test(arguments: [(16, 8), (17, 8), (20, 16), (5, 8)])
    func cellColours_averageTheUnnormalisedPixelsOfEachCell(_ size: (crop: Int, stride: Int)) {
        let crop = size.crop
        let image = DataSetFolder.noise(width: 30, height: 11, seed: 6)
        let pixels = apply(Augmentation(crop: crop, longSide: 30...30, jitter: .none), to: image, example: 3)
        let side = (crop + size.stride - 1) / size.stride
        var expected: [Float] = []
        for channel in 0..<3 {
            for row in 0..<side {
                for column in 0..<side {
                    var values: [Float] = []
                    for y in row * size.stride..<min(crop, (row + 1) * size.stride) {
                        for x in column * size.stride..<min(crop, (column + 1) * size.stride) {
                            let value = pixels[(channel * crop + y) * crop + x]
                            values.append(
                                (value * normalisation.deviation[channel] + normalisation.mean[channel]) / 255)
                        }
                    }
                    expected.append(values.reduce(0, +) / Float(values.count))
                }
            }
        }
        #expect(CellColours.side(crop: crop, stride: size.stride) == side)
        let target = FloatBuffer(count: 3 * side * side)
        pixels.withUnsafeBufferPointer {
            CellColours.average(
                $0.baseAddress!, crop: crop, stride: size.stride, normalisation: normalisation, into: target.pointer)
        }
        #expect(largestDifference(target.values(target.count), expected) < 1e-6)
    }
}
