import Engine
import Foundation

/// What the process is asked, and its answers as what they are.
extension EngineProcess: LabelingEngine {
    public func label(_ picture: PictureTask, until isWanted: @escaping @Sendable () -> Bool) throws -> Labeling {
        let (kind, body) = try answer(
            to: .label(labels: picture.labels, options: picture.options), picture.bytes, priority: picture.priority,
            isolated: picture.isolated, until: isWanted)
        switch kind {
        case .labeling: return try decode(Labeling.self, body)
        case .refusal: throw try decode(ImageError.self, body)
        case .score, .invalidGroundTruth, .overlay: throw unreadable("it is no answer to a picture")
        }
    }

    public func score(_ task: ScoreTask) throws -> ImageScore {
        let (kind, body) = try answer(
            to: .score(groundTruthBytes: task.groundTruth.count), task.groundTruth + task.maskPNG,
            priority: .interactive, isolated: task.isolated
        ) { true }
        switch kind {
        case .score: return try decode(ImageScore.self, body)
        case .invalidGroundTruth: throw try decode(InvalidGroundTruth.self, body)
        case .refusal: throw try decode(ImageError.self, body)
        case .labeling, .overlay: throw unreadable("it is no answer to ground truth")
        }
    }

    public func overlay(_ task: OverlayTask) throws -> Data {
        let (kind, body) = try answer(
            to: .overlay(imageBytes: task.image.count, width: task.width, outline: task.outline),
            task.image + task.maskPNG, priority: .interactive, isolated: task.isolated
        ) { true }
        switch kind {
        case .overlay: return body
        case .refusal: throw try decode(ImageError.self, body)
        case .labeling, .score, .invalidGroundTruth: throw unreadable("it is no overlay")
        }
    }

    public var unavailability: String? { condition.withLock { startFailure } }
    public var processID: Int32? { condition.withLock { child?.id } }

    private func decode<T: Decodable>(_ type: T.Type, _ body: Data) throws -> T {
        do { return try JSONDecoder().decode(type, from: body) } catch { throw unreadable("\(error)") }
    }

    /// Something in the process is damaged; it was alone in knowing of this picture.
    private func unreadable(_ reason: String) -> EngineFailure {
        logger.error("the engine's process sent an answer that cannot be read: \(reason)")
        return .died("sent an answer that cannot be read")
    }
}
