import Foundation

@testable import Engine
@testable import Server

/// An engine that does with each picture what the test says, and tells what it was given. Small masks, no network.
final class StubEngine: LabelingEngine, @unchecked Sendable {
    enum Act {
        case label
        /// Blocks until `release()`, or until the picture is not wanted any more.
        case hold
        case fail(any Error)
        case holdThenFail(any Error)
    }

    /// `@unchecked Sendable`: all of these are only touched with `condition` locked.
    private let condition = NSCondition()
    private var acts: [Data: [Act]] = [:]
    private var common: [Act] = []
    private var begun: [PictureTask] = []
    private var warnings: [Data: [Warning]] = [:]
    private var drawn: [OverlayTask] = []
    private var cancelled = 0
    private var held = 0
    private var isReleased = false

    /// What is done with one picture, one act an attempt; afterwards it is labelled.
    func plan(_ picture: Data, _ acts: Act...) { condition.withLock { self.acts[picture] = acts } }

    /// What is odd about one picture's file.
    func warn(_ picture: Data, _ warnings: Warning...) { condition.withLock { self.warnings[picture] = warnings } }

    /// What is done with the next pictures of which nothing was said.
    func planNext(_ acts: Act...) { planNext(contentsOf: acts) }

    func planNext(contentsOf acts: [Act]) { condition.withLock { common += acts } }

    /// Overlays that it was asked for.
    var overlays: [OverlayTask] { condition.withLock { drawn } }
    var tasks: [PictureTask] { condition.withLock { begun } }
    /// Held pictures that were given up because nobody wanted them.
    var givenUp: Int { condition.withLock { cancelled } }

    /// Pictures held now and from now on are labelled.
    func release() {
        condition.withLock {
            isReleased = true
            condition.broadcast()
        }
    }

    /// Blocks until so many pictures are held.
    func awaitHeld(_ count: Int) {
        let end = Date(timeIntervalSinceNow: 30)
        condition.withLock { while held < count && condition.wait(until: end) {} }
    }

    func label(_ picture: PictureTask, until isWanted: @escaping @Sendable () -> Bool) throws -> Labeling {
        switch begin(picture) {
        case .label: break
        case .fail(let error): throw error
        case .hold: try hold(isWanted)
        case .holdThenFail(let error):
            try hold(isWanted)
            throw error
        }
        return Labeling.stub(of: picture, warnings: condition.withLock { warnings[picture.bytes] ?? [] })
    }

    func score(_ task: ScoreTask) throws -> ImageScore {
        try task.score(classCount: RouteServer.model.get().description.classes.count)
    }

    /// No PNG, but different bytes for different widths and outlines. An image's acts are its overlay's too.
    func overlay(_ task: OverlayTask) throws -> Data {
        let act: Act = condition.withLock {
            drawn.append(task)
            condition.broadcast()
            if acts[task.image]?.isEmpty == false { return acts[task.image]?.removeFirst() ?? .label }
            return .label
        }
        switch act {
        case .label: break
        case .fail(let error): throw error
        case .hold: try hold { true }
        case .holdThenFail(let error):
            try hold { true }
            throw error
        }
        return Data("overlay \(task.width ?? 0)\(task.outline ? "" : " plain") of ".utf8) + task.image
    }

    private func begin(_ picture: PictureTask) -> Act {
        condition.withLock {
            begun.append(picture)
            condition.broadcast()
            if acts[picture.bytes]?.isEmpty == false { return acts[picture.bytes]?.removeFirst() ?? .label }
            return common.isEmpty ? .label : common.removeFirst()
        }
    }

    private func hold(_ isWanted: () -> Bool) throws {
        condition.lock()
        defer { condition.unlock() }
        held += 1
        condition.broadcast()
        defer { held -= 1 }
        while !isReleased {
            condition.unlock()
            let wanted = isWanted()
            condition.lock()
            guard wanted else {
                cancelled += 1
                throw EngineFailure.cancelled
            }
            _ = condition.wait(until: Date(timeIntervalSinceNow: 0.005))
        }
    }
}

extension Labeling {
    /// 3 x 2 pixels: the first class has the left column, the others have none; without any class all is background.
    static func stub(of picture: PictureTask, warnings: [Warning] = []) -> Labeling {
        let indices = picture.labels ?? [0]
        let names = (try? RouteServer.model.get().description.classes) ?? []
        let full = BinaryMask(width: 3, height: 2, bits: [1, 0, 0, 1, 0, 0])
        let empty = BinaryMask(width: 3, height: 2, bits: [0, 0, 0, 0, 0, 0])
        let value = UInt16(indices.first.map { $0 + 1 } ?? 0)
        let mask = IndexMask(width: 3, height: 2, indices: [value, 0, 0, value, 0, 0])
        return Labeling(
            width: 3, height: 2, labelSource: picture.labels == nil ? .predicted : .given,
            maskPNG: VOCPNG.encode(mask, classCount: names.count),
            classes: indices.enumerated().map { place, index in
                LabeledClass(
                    index: index, name: names[index], posterior: 0.75, areaShare: place == 0 ? 1.0 / 3 : 0,
                    meanPosterior: place == 0 ? 0.5 : nil,
                    boxes: place == 0 ? [Box(x: 0, y: 0, width: 1, height: 2, area: 2)] : [],
                    runLength: COCORunLength(place == 0 ? full : empty))
            }, timings: [StageTiming(stage: "stub", seconds: 0.25)],
            warnings: warnings
                + (picture.labels ?? []).dropFirst().map {
                    Warning(.labelFoundNothing, "\(names[$0]) was given")
                })
    }
}
