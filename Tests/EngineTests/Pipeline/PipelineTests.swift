import Foundation
import Testing

@testable import Engine

struct PipelineTests {
    private static let sample = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Samples/chelsea.png")

    private static func picture(width: Int, height: Int) -> Data {
        PNGEncoder.rgb(
            RGBImage(
                width: width, height: height,
                pixels: (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 &* 31) }))
    }

    @Test func samplePicture_isCoveredToTheEarsAndNoFurther() throws {
        let model = try Model.embedded()
        let pipeline = Pipeline(model: model, threads: 2)
        let options = try LabelingOptions(model: model.description)
        let result = try pipeline.label(
            Data(contentsOf: Self.sample), labels: try model.classIndices(of: ["cat"]), options: options)
        #expect(result.width == 451 && result.height == 300)
        #expect(result.labelSource == .given)
        let cat = try #require(result.classes.first)
        #expect(result.classes.count == 1 && cat.name == "cat")
        #expect(cat.posterior > 0.9)
        #expect(cat.areaShare > 0.65 && cat.areaShare < 0.85)
        let value = UInt16(cat.index + 1)
        let mask = try VOCPNG.decode(result.maskPNG)
        #expect(mask.width == result.width && mask.height == result.height)
        func at(_ x: Int, _ y: Int) -> UInt16 { mask.indices[y * mask.width + x] }
        // Nose, both eyes, forehead, the left ear's base, the chin: cat. The blurred room to the right: not.
        for (x, y) in [(260, 240), (170, 110), (317, 132), (220, 25), (60, 40), (300, 280)] {
            #expect(at(x, y) == value)
        }
        for (x, y) in [(440, 20), (440, 150), (440, 240), (10, 60)] { #expect(at(x, y) == 0) }
        #expect(result.timings.map(\.stage) == ["decode", "network", "cam", "refinement", "mask", "encoding"])
    }

    @Test func withoutLabels_theClassifierDecidesAndTheAnswerSaysSo() throws {
        let model = try Model.embedded()
        let options = try LabelingOptions(
            model: model.description, scales: [1], flip: false, refinement: Refinement.none)
        let result = try Pipeline(model: model, threads: 1).label(
            Data(contentsOf: Self.sample), labels: nil, options: options)
        #expect(result.labelSource == .predicted)
        #expect(result.classes.map(\.name) == ["cat"])
    }

    @Test func threadsAndRepetition_doNotChangeAMask() throws {
        let model = try Model.embedded()
        let options = try LabelingOptions(model: model.description, scales: [0.5, 1])
        let bytes = try Data(contentsOf: Self.sample)
        let one = Pipeline(model: model, threads: 1)
        let first = try one.label(bytes, labels: [7, 11], options: options)
        let again = try one.label(bytes, labels: [7, 11], options: options)
        let two = try Pipeline(model: model, threads: 2).label(bytes, labels: [7, 11], options: options)
        #expect(first.maskPNG == again.maskPNG && first.classes == again.classes)
        #expect(first.maskPNG == two.maskPNG && first.classes == two.classes)
    }

    @Test(arguments: [(1, 1), (1, 50), (50, 1), (33, 47), (31, 17)], Refinement.allCases)
    func picturesOfAnySize_areLabelledWhole(_ size: (width: Int, height: Int), _ refinement: Refinement) throws {
        let model = try Model.embedded()
        let options = try LabelingOptions(model: model.description, scales: [0.5, 1], refinement: refinement)
        let result = try Pipeline(model: model, threads: 2).label(
            Self.picture(width: size.width, height: size.height), labels: [0, 14], options: options)
        let mask = try VOCPNG.decode(result.maskPNG)
        #expect(mask.width == size.width && mask.height == size.height)
        #expect(result.width == size.width && result.height == size.height)
        #expect(result.classes.map(\.index) == [0, 14])
        #expect(result.classes.allSatisfy { $0.areaShare >= 0 && $0.areaShare <= 1 && $0.posterior.isFinite })
    }

    @Test func pictureOverTheWorkingSize_getsAMaskOfItsOwnSize() throws {
        let model = try Model.embedded()
        let image = try ImageDecoder().decode(Data(contentsOf: Self.sample))
        let large = PNGEncoder.rgb(Resample.resized(image, toWidth: 1353, toHeight: 900))
        let options = try LabelingOptions(model: model.description, scales: [1])
        let result = try Pipeline(model: model, threads: 2).label(
            large, labels: try model.classIndices(of: ["cat"]), options: options)
        let mask = try VOCPNG.decode(result.maskPNG)
        #expect(mask.width == 1353 && mask.height == 900)
        #expect(mask.indices[600 * 1353 + 750] == 8)
    }

    @Test func certainty_leavesOutAndChangesNoPixelOtherwise() throws {
        let model = try Model.embedded()
        let pipeline = Pipeline(model: model, threads: 2)
        func indices(_ certainty: Float?) throws -> [UInt16] {
            let options = try LabelingOptions(model: model.description, scales: [1], flip: false, certainty: certainty)
            let bytes = try Data(contentsOf: Self.sample)
            return try VOCPNG.decode(pipeline.label(bytes, labels: [7], options: options).maskPNG).indices
        }
        let (all, some, few) = (try indices(nil), try indices(0.7), try indices(0.99))
        for mask in [some, few] {
            #expect(zip(mask, all).allSatisfy { $0 == $1 || $0 == IndexMask.ignore })
        }
        func left(_ mask: [UInt16]) -> Int { mask.count { $0 == IndexMask.ignore } }
        #expect(left(all) == 0 && left(some) > 0 && left(few) > left(some) && left(few) < all.count / 2)
    }

    @Test func givenLabelsThatFindNothing_areNamedWithTheirPosteriors() throws {
        let model = try Model.embedded()
        let pipeline = Pipeline(model: model, threads: 2)
        let bytes = try Data(contentsOf: Self.sample)
        func warnings(_ labels: [Int]?, minimumArea: Double) throws -> [Warning] {
            let options = try LabelingOptions(
                model: model.description, scales: [0.5], flip: false, refinement: Refinement.none,
                minimumArea: minimumArea, dropSmall: true)
            return try pipeline.label(bytes, labels: labels, options: options).warnings
        }
        #expect(try warnings([7], minimumArea: 0).isEmpty)
        // No class has all pixels.
        let found = try warnings([0, 7], minimumArea: 1)
        #expect(found.map(\.code) == [.labelFoundNothing, .labelFoundNothing])
        #expect(found[0].detail.hasPrefix("aeroplane was given, but no pixel of the mask is aeroplane"))
        #expect(found[0].detail.firstMatch(of: /its posterior is [0-9.e-]+$/) != nil, "\(found[0].detail)")
        #expect(found[1].detail.contains("cat was given"))
        #expect(try warnings(nil, minimumArea: 1).isEmpty)
    }

    @Test func minimumArea_leavesSpecksOutOfBoxes_andOfMasksWhereAsked() throws {
        let model = try Model.embedded()
        let pipeline = Pipeline(model: model, threads: 2)
        let bytes = try Data(contentsOf: Self.sample)
        func label(_ minimumArea: Double?, _ dropSmall: Bool? = nil) throws -> Labeling {
            let options = try LabelingOptions(
                model: model.description, scales: [0.5], flip: false, background: 0.6, minimumArea: minimumArea,
                dropSmall: dropSmall)
            return try pipeline.label(bytes, labels: [7], options: options)
        }
        let pixels = 451 * 300
        let (all, preset, large) = (try label(0), try label(nil), try label(0.05))
        #expect(all.maskPNG == preset.maskPNG && all.maskPNG == large.maskPNG)
        let boxes = all.classes[0].boxes
        #expect(preset.classes[0].boxes == boxes.filter { Double($0.area) >= 0.001 * Double(pixels) })
        #expect(large.classes[0].boxes == boxes.filter { Double($0.area) >= 0.05 * Double(pixels) })
        #expect(large.classes[0].runLength == all.classes[0].runLength)

        let dropped = try label(0.05, true).classes[0]
        #expect(dropped.boxes == large.classes[0].boxes)
        #expect(dropped.runLength.mask().area == large.classes[0].boxes.map(\.area).reduce(0, +))
        let nothing = try label(1, true)
        #expect(nothing.warnings.map(\.code) == [.labelFoundNothing] && nothing.classes[0].areaShare == 0)
        #expect(Set(try VOCPNG.decode(nothing.maskPNG).indices) == [0])
    }

    @Test func leftOutPixels_areTold() throws {
        let model = try Model.embedded()
        let options = try LabelingOptions(model: model.description, scales: [0.5], flip: false, certainty: 0.9)
        let labeling = try Pipeline(model: model, threads: 2).label(
            Data(contentsOf: Self.sample), labels: [7], options: options)
        let ignored = try #require(labeling.ignored)
        #expect(ignored.mask() == (try VOCPNG.decode(labeling.maskPNG).pixels(of: IndexMask.ignore)))
    }

    @Test func labeling_isTheSameAfterATripBetweenProcesses() throws {
        let model = try Model.embedded()
        let options = try LabelingOptions(model: model.description, scales: [1], flip: false)
        let labeling = try Pipeline(model: model, threads: 2).label(
            Data(contentsOf: Self.sample), labels: [0, 7], options: options)
        let coded = try JSONEncoder().encode(labeling)
        #expect(try JSONDecoder().decode(Labeling.self, from: coded) == labeling)
        #expect(labeling.classes.contains { !$0.boxes.isEmpty && $0.runLength.runs.count > 2 })
    }

    @Test func tooLargePicture_isRefusedFromItsHeader() throws {
        let model = try Model.embedded()
        let pipeline = Pipeline(model: model, threads: 1, decoder: ImageDecoder(maximumPixels: 99))
        let options = try LabelingOptions(model: model.description)
        #expect(throws: ImageError.tooManyPixels(width: 10, height: 10, limit: 99)) {
            _ = try pipeline.label(Self.picture(width: 10, height: 10), labels: nil, options: options)
        }
    }
}

struct LabelingOptionsTests {
    @Test func defaults_areTheModelsForTheRefinement() throws {
        let model = try Model.embedded().description
        #expect(try LabelingOptions(model: model).background == model.backgroundScore.binomial)
        #expect(try LabelingOptions(model: model, refinement: Refinement.none).background == model.backgroundScore.none)
        #expect(try LabelingOptions(model: model).scales == LabelingOptions.defaultScales)
    }

    @Test(arguments: [[], [0.1], [9], [1, 1], [Double.nan], [Double](repeating: 1, count: 9)] as [[Double]])
    func badScales_areRefusedByName(_ scales: [Double]) throws {
        let model = try Model.embedded().description
        let error = try #require(throws: InvalidOption.self) { _ = try LabelingOptions(model: model, scales: scales) }
        #expect(error.field == "scales")
    }

    @Test(arguments: [-0.1, 1.1, Float.nan, .infinity])
    func badBackground_isRefusedByName(_ background: Float) throws {
        let model = try Model.embedded().description
        let error = try #require(throws: InvalidOption.self) {
            _ = try LabelingOptions(model: model, background: background)
        }
        #expect(error.field == "background")
    }

    @Test(arguments: [0, 0.5, 1, 1.1, Float.nan])
    func badCertainty_isRefusedByName(_ certainty: Float) throws {
        let model = try Model.embedded().description
        let error = try #require(throws: InvalidOption.self) {
            _ = try LabelingOptions(model: model, certainty: certainty)
        }
        #expect(error.field == "certainty")
    }

    @Test(arguments: [-0.1, 1.1, Double.nan, .infinity])
    func badMinimumArea_isRefusedByName(_ minimumArea: Double) throws {
        let model = try Model.embedded().description
        let error = try #require(throws: InvalidOption.self) {
            _ = try LabelingOptions(model: model, minimumArea: minimumArea)
        }
        #expect(error.field == "minimum_area")
    }

    @Test func minimumPixels_areRoundedUp_andOneAtLeast() throws {
        let model = try Model.embedded().description
        let preset = try LabelingOptions(model: model)
        #expect([1, 999, 1000, 1001, 1_000_000].map(preset.minimumPixels) == [1, 1, 1, 2, 1000])
        #expect(try LabelingOptions(model: model, minimumArea: 0).minimumPixels(of: 100) == 1)
        #expect(try LabelingOptions(model: model, minimumArea: 1).minimumPixels(of: 100) == 100)
    }

    /// The text that a mask's content address is made of: JSON with sorted keys.
    @Test func equalOptions_haveOneCanonicalText() throws {
        let model = try Model.embedded().description
        func text(_ options: LabelingOptions) throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return String(decoding: try encoder.encode(options), as: UTF8.self)
        }
        let canonical = try text(LabelingOptions(model: model, scales: [0.5, 1], flip: true))
        #expect(canonical == (try text(LabelingOptions(model: model, scales: [0.5, 1]))))
        #expect(canonical != (try text(LabelingOptions(model: model, scales: [1, 0.5]))))
        // Of what has its default nothing is said: masks from before the option keep their addresses.
        let defaults = try LabelingOptions(
            model: model, scales: [0.5, 1], minimumArea: LabelingOptions.defaultMinimumArea, dropSmall: false)
        #expect(try text(defaults) == canonical)
        let others = try text(LabelingOptions(model: model, scales: [0.5, 1], minimumArea: 0.01, dropSmall: true))
        #expect(others.contains(#""minimum_area":0.01"#) && others.contains(#""drop_small":true"#))
        #expect(
            try JSONDecoder().decode(LabelingOptions.self, from: Data(canonical.utf8))
                == LabelingOptions(model: model, scales: [0.5, 1]))
    }
}
