import Engine

/// What the store keeps of a mask that has ground truth, as JSON.
struct MaskScore: Codable, Equatable {
    /// Of the model that made the mask, without the background.
    let classCount: Int
    let image: ImageScore
}

extension MaskScore {
    /// - Throws: `DecodingError` also for what no comparison of two masks gives.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        classCount = try container.decode(Int.self, forKey: .classCount)
        image = try container.decode(ImageScore.self, forKey: .image)
        guard isPossible else {
            throw DecodingError.dataCorruptedError(
                forKey: .image, in: container, debugDescription: "holds indices or counts that no mask has")
        }
    }

    private var isPossible: Bool {
        // More than any picture has; sums of them stay far from overflow.
        let pixels = 0...1 << 40
        guard (0..<Int(IndexMask.ignore)).contains(classCount) else { return false }
        return pixels.contains(image.ignored ?? 0)
            && image.pairs.allSatisfy { pair in
                (0...classCount).contains(pair.truth) && (0...classCount).contains(pair.prediction ?? 0)
                    && pixels.contains(pair.pixels)
            }
            && image.contours.allSatisfy { contour in
                let counts = contour.counts
                return (0..<classCount).contains(contour.classIndex)
                    && [counts.prediction, counts.truth, counts.matchedPrediction, counts.matchedTruth]
                        .allSatisfy(pixels.contains)
            }
    }
}

/// The scores of masks of one model, added up.
struct ScoreSum {
    private(set) var images = 0
    private(set) var confusion: ConfusionMatrix
    private(set) var contour: ContourScore

    /// - Parameter classCount: without the background.
    init(classCount: Int) {
        confusion = ConfusionMatrix(classCount: classCount)
        contour = ContourScore(classCount: classCount)
    }

    init(_ score: MaskScore) throws {
        self.init(classCount: score.classCount)
        try add(score)
    }

    /// - Throws: `DecodingError` for one of another number of classes.
    mutating func add(_ score: MaskScore) throws {
        guard score.classCount == contour.classes.count else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "masks of one model have different numbers of classes"))
        }
        images += 1
        confusion.add(score.image)
        contour.add(score.image)
    }
}
