import Engine
import Foundation

@testable import Server

/// Labels in this process. A picture that ends the engine ends the process; one that hangs it hangs its caller.
///
/// `@unchecked Sendable`: `slots` is only touched with `condition` locked.
final class InProcessEngine: LabelingEngine, @unchecked Sendable {
    private let pipeline: Pipeline
    private let condition = MonotonicCondition()
    private var slots = EngineSlots(pictureTimeout: .seconds(Int64(Int32.max)))

    init(_ pipeline: Pipeline) {
        self.pipeline = pipeline
    }

    func label(_ picture: PictureTask, until isWanted: @escaping @Sendable () -> Bool) throws -> Labeling {
        let ticket = condition.withLock { slots.add(priority: picture.priority, isolated: picture.isolated) }
        defer {
            condition.withLock {
                slots.remove(ticket)
                condition.broadcast()
            }
        }
        repeat {
            guard isWanted() else { throw EngineFailure.cancelled }
        } while !enter(ticket)
        let labeling = try pipeline.label(picture.bytes, labels: picture.labels, options: picture.options)
        guard isWanted() else { throw EngineFailure.cancelled }
        return labeling
    }

    func score(_ task: ScoreTask) throws -> ImageScore {
        try task.score(classCount: pipeline.model.description.classes.count)
    }

    func overlay(_ task: OverlayTask) throws -> Data { try task.draw() }

    /// - Returns: false after a while without a place.
    private func enter(_ ticket: EngineSlots.Ticket) -> Bool {
        condition.withLock {
            guard slots.start(ticket, at: .now) else {
                condition.wait(atMost: EngineProcess.pollInterval)
                return false
            }
            slots.sent(ticket)
            condition.broadcast()
            return true
        }
    }
}
