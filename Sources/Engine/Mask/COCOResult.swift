/// One entry of a COCO results file: the pixels of one class in one image. It has no `bbox` key, which pycocotools
/// derives.
public struct COCOResult: Codable, Sendable, Equatable {
    public let imageID: ImageID
    /// Position of the class in the model's classes + 1, the value that its pixels have in the mask.
    public let categoryID: Int
    public let segmentation: Segmentation
    /// Mean posterior of the class's pixels.
    public let score: Float

    public struct Segmentation: Codable, Sendable, Equatable {
        /// [height, width]
        public let size: [Int]
        public let counts: String

        public init(size: [Int], counts: String) {
            self.size = size
            self.counts = counts
        }
    }

    /// COCO's own images are numbered by their file names; for any other name the name itself is the id.
    public enum ImageID: Codable, Sendable, Equatable {
        case number(Int)
        case name(String)

        /// - Parameter stem: file name without extension: "000000000042" is 42.
        public init(stem: String) {
            if !stem.isEmpty, stem.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(stem) {
                self = .number(number)
            } else {
                self = .name(stem)
            }
        }

        public init(from decoder: Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                self = .number(number)
            } else {
                self = .name(try container.decode(String.self))
            }
        }

        public func encode(to encoder: Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let number): try container.encode(number)
            case .name(let name): try container.encode(name)
            }
        }
    }

    enum CodingKeys: String, CodingKey {
        case segmentation, score
        case imageID = "image_id"
        case categoryID = "category_id"
    }

    public init(imageID: ImageID, categoryID: Int, segmentation: Segmentation, score: Float) {
        self.imageID = imageID
        self.categoryID = categoryID
        self.segmentation = segmentation
        self.score = score
    }
}
