import Foundation

/// The JSON answer about a mask. Decoding fails where a member is missing or of another kind.
public struct MaskAnswer: Decodable, Equatable, Sendable {
    public let id: String
    public let cached: Bool
    public let image: Image
    public let model: Model
    public let labels: [String]
    public let labelSource: String
    public let options: Options
    public let classes: [Class]
    public let ignored: Segmentation?
    public let warnings: [WarningAnswer]?
    public let timings: [String: Double]
    public let createdAt: String
    public let groundTruth: GroundTruthAnswer?
    public let links: Links

    public struct Image: Decodable, Equatable, Sendable {
        public let sha256: String
        public let width: Int
        public let height: Int
        public let mediaType: String
        public let warnings: [WarningAnswer]?
    }

    public struct Model: Decodable, Equatable, Sendable {
        public let digest: String
        public let name: String
    }

    public struct Options: Decodable, Equatable, Sendable {
        public let scales: [Double]
        public let flip: Bool
        public let refinement: String
        public let background: Double
    }

    public struct Class: Decodable, Equatable, Sendable {
        public let index: Int
        public let name: String
        public let posterior: Double
        public let areaShare: Double
        public let meanPosterior: Double?
        public let boxes: [[Int]]
        public let segmentation: Segmentation
    }

    public struct Segmentation: Decodable, Equatable, Sendable {
        public let size: [Int]
        public let counts: String
    }

    public struct Links: Decodable, Equatable, Sendable {
        public let `self`: String
        public let mask: String
        public let overlay: String
        public let groundTruth: String
    }
}

public struct WarningAnswer: Decodable, Equatable, Sendable {
    public let code: String
    public let detail: String
}

/// An `application/problem+json` document.
public struct ProblemAnswer: Decodable, Sendable {
    public let type: String
    public let title: String
    public let status: Int
    public let detail: String
    public let instance: String?
    public let requestId: String
    public let errors: [FieldError]?

    public struct FieldError: Decodable, Sendable {
        public let field: String
        public let detail: String
    }

    /// Names of the fields at fault.
    public var fields: [String] { errors?.map(\.field) ?? [] }
}

extension TestClient.Answer {
    public func document<T: Decodable>(_ type: T.Type = T.self) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: body)
    }
}
