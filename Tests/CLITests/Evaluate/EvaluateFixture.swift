import Engine
import Foundation
import TestSupport

/// Folders of masks, and what `evaluate` says of them.
struct EvaluateFixture {
    let data: TemporaryDirectory

    init() throws { data = try TemporaryDirectory() }

    func write(_ values: [UInt8], width: Int, _ name: String) throws {
        let mask = IndexMask(
            width: width, height: values.count / width,
            indices: values.map { $0 == 255 ? IndexMask.ignore : UInt16($0) })
        try data.write(VOCPNG.encode(mask, classCount: VOCPNG.maximumIndexedClasses), name + ".png")
    }

    /// The pairs of `golden/metrics`.
    func writeGolden() throws -> GoldenMetrics {
        let golden = try GoldenMetrics()
        for (folder, masks) in [("predictions", golden.predictions), ("truth", golden.truths)] {
            for (number, mask) in masks.enumerated() {
                try write(mask, width: GoldenMetrics.width, "\(folder)/\(number)")
            }
        }
        return golden
    }

    /// Pictures of shapes, their masks as ground truth, and predictions that miss some columns of them.
    /// - Parameter names: of the images.
    func writeShapes(_ names: [String]) throws {
        for (number, name) in names.enumerated() {
            let shapes = Shapes(kinds: [number % 2, 1], number: number)
            try data.write(
                PNGEncoder.rgb(RGBImage(width: shapes.width, height: shapes.height, pixels: shapes.pixels)),
                "images/\(name).png")
            try write(shapes.mask, width: shapes.width, "truth/\(name)")
            let missed = shapes.mask.indices.map { $0 % shapes.width < 12 + 2 * number ? 0 : shapes.mask[$0] }
            try write(missed, width: shapes.width, "predictions/\(name)")
        }
    }

    func evaluate(_ arguments: [String], predictions: String = "predictions") throws -> CommandResult {
        try pseudolabel(
            ["evaluate", "--predictions", data.path(predictions), "--ground-truth", data.path("truth")] + arguments)
    }

    func evaluate(_ arguments: String...) throws -> CommandResult { try evaluate(arguments) }
}

/// The JSON of an evaluation.
struct EvaluationAnswer: Decodable {
    struct Figure: Decodable, Equatable {
        let value: Double
        let low: Double
        let high: Double
    }

    struct Class: Decodable {
        let index: Int
        let name: String
        let iou: Figure?
        let precision: Double?
        let recall: Double?
        let contourF: Double?
        let contour: ContourScore.Counts?
        let pixels: Int
        let images: Int
    }

    struct Sweep: Decodable {
        let score: Float
        let isGiven: Bool
        let bestScore: Float
        let meanIou: [Double]
    }

    struct Comparison: Decodable {
        struct Image: Decodable {
            let name: String
            let meanIou: Double
            let otherMeanIou: Double
        }

        let meanIou: Figure
        let contourF: Figure
        let better: Int
        let worse: Int
        let equal: Int
        let images: [Image]
    }

    struct MadeBy: Decodable {
        let model: String
        let images: Int
    }

    struct Provenance: Decodable {
        let predictions: String?
        let groundTruth: String
        let madeBy: [MadeBy]
        let date: String
        let version: String
    }

    let provenance: Provenance
    let warnings: [String]?
    let images: Int
    let meanIou: Figure
    /// Not of a set without classes.
    let contourF: Figure?
    let pixelAccuracy: Figure
    let coverage: Double
    let ignoredShare: Double
    let classes: [Class]
    let confusion: [[Int]]
    let leftOut: [Int]
    let sweep: Sweep?
    let comparison: Comparison?
}

extension CommandResult {
    func evaluation() throws -> EvaluationAnswer { try EvaluationAnswer(json: Data(output.utf8)) }
}

extension EvaluationAnswer {
    init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(EvaluationAnswer.self, from: json)
    }
}
