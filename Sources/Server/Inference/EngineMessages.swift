import Engine

// The headers of the frames between the server and its engine's process.

/// The first frame of the process: it has loaded its model. No body.
struct EngineGreeting: Codable, Sendable {
    let modelDigest: String
    /// What computes, for the log.
    let kernels: String
    let sandbox: Sandbox

    enum CodingKeys: String, CodingKey {
        case kernels, sandbox
        case modelDigest = "model_digest"
    }
}

/// To the process: work on a picture. The body is what `work` says.
struct EngineTask: Codable, Sendable {
    let id: UInt64
    let work: Work

    enum Work: Codable, Sendable {
        /// The picture's bytes.
        case label(labels: [Int]?, options: LabelingOptions)
        /// So many bytes of ground truth, then the mask's.
        case score(groundTruthBytes: Int)
        /// So many bytes of the image, then the mask's.
        case overlay(imageBytes: Int, width: Int?, outline: Bool)
    }
}

/// From the process: the work is done. The body is what `kind` says, as JSON unless it says otherwise.
struct EngineAnswer: Codable, Sendable {
    let id: UInt64
    let kind: Kind

    enum Kind: String, Codable, Sendable {
        /// `Labeling`
        case labeling
        /// `ImageError`
        case refusal
        /// `ImageScore`
        case score
        /// `InvalidGroundTruth`
        case invalidGroundTruth = "invalid_ground_truth"
        /// A PNG as it is, not in JSON.
        case overlay
    }
}
