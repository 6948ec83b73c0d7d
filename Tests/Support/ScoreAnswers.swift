/// The JSON answer about a mask's ground truth.
public struct GroundTruthAnswer: Decodable, Equatable, Sendable {
    public let mask: String
    public let model: MaskAnswer.Model
    public let optionsDigest: String
    public let labelSource: String
    public let sha256: String
    public let createdAt: String
    public let meanIou: Double?
    public let meanContourF: Double?
    public let pixelAccuracy: Double?
    public let coverage: Double?
    public let ignoredShare: Double?
    public let classes: [ClassFigures]
}

/// The JSON answer about all masks that have ground truth.
public struct SummaryAnswer: Decodable, Equatable, Sendable {
    public let groups: [Group]
    public let nextCursor: String?

    public struct Group: Decodable, Equatable, Sendable {
        public let model: Model
        public let options: MaskAnswer.Options?
        public let revision: Int?
        public let optionsDigest: String
        public let labelSource: String
        public let images: Int
        public let meanIou: Double?
        public let meanContourF: Double?
        public let pixelAccuracy: Double?
        public let coverage: Double?
        public let ignoredShare: Double?
        public let classes: [ClassFigures]
    }

    public struct Model: Decodable, Equatable, Sendable {
        public let digest: String
        public let name: String?
    }
}

public struct ClassFigures: Decodable, Equatable, Sendable {
    public let index: Int
    public let name: String?
    public let iou: Double?
    public let precision: Double?
    public let recall: Double?
    public let contour: Contour?

    public struct Contour: Decodable, Equatable, Sendable {
        public let f: Double
        public let prediction: Int
        public let matchedPrediction: Int
        public let truth: Int
        public let matchedTruth: Int
    }
}
