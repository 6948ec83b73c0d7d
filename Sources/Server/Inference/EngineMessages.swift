import Engine

// The headers of the frames between the server and its engine's process.

/// The first frame of the process: it has loaded its model. No body.
struct EngineGreeting: Codable, Sendable {
    let modelDigest: String
    /// What computes, for the log.
    let kernels: String

    enum CodingKeys: String, CodingKey {
        case kernels
        case modelDigest = "model_digest"
    }
}

/// To the process: label a picture. The body is the picture's bytes.
struct EngineTask: Codable, Sendable {
    let id: UInt64
    let labels: [Int]?
    let options: LabelingOptions
}

/// From the process: the picture is done. The body is JSON of what `kind` says.
struct EngineAnswer: Codable, Sendable {
    let id: UInt64
    let kind: Kind

    enum Kind: String, Codable, Sendable {
        /// `Labeling`
        case labeling
        /// `ImageError`
        case refusal
    }
}
