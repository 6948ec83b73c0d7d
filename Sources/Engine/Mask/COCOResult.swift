/// One entry of a COCO results file: the pixels of one class in one image. It has no `bbox` key, which pycocotools
/// derives.
public struct COCOResult: Codable, Sendable, Equatable {
    public let imageID: ImageID
    /// Position of the class in the model's classes + 1, the value that its pixels have in the mask.
    public let categoryID: Int
    public let segmentation: Segmentation
    /// Mean posterior of the class's pixels.
    public let score: Float
    /// Pixels that the image's mask leaves out as uncertain (`LabelingOptions.certainty`), which `segmentation` does
    /// not; nil where there are none. A member of ours, which readers of COCO's format pass over.
    public let ignored: Segmentation?

    public struct Segmentation: Codable, Sendable, Equatable {
        /// [height, width]
        public let size: [Int]
        public let counts: String

        public init(size: [Int], counts: String) {
            self.size = size
            self.counts = counts
        }
    }

    /// `COCOImageIDs` says which.
    public enum ImageID: Codable, Sendable, Equatable {
        case number(Int)
        case name(String)

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
        case segmentation, score, ignored
        case imageID = "image_id"
        case categoryID = "category_id"
    }

    public init(
        imageID: ImageID, categoryID: Int, segmentation: Segmentation, score: Float, ignored: Segmentation? = nil
    ) {
        self.imageID = imageID
        self.categoryID = categoryID
        self.segmentation = segmentation
        self.score = score
        self.ignored = ignored
    }
}
