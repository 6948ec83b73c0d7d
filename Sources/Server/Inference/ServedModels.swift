import Engine
import Foundation
import Store
import Synchronization

/// A model and the engine that has it loaded. Whoever answers something takes one and keeps to it, so that classes,
/// address and mask are of the same model whatever is served by then; when nobody has it any more its engine is closed.
public final class ServedModel: Sendable {
    public let model: Model
    public let engine: any LabelingEngine
    let digest: ContentDigest

    /// - Parameter engine: has the same model loaded.
    public init(_ model: Model, engine: any LabelingEngine) throws {
        guard let digest = ContentDigest(rawValue: model.digest) else { throw Problem(.internalServerError) }
        self.model = model
        self.engine = engine
        self.digest = digest
    }

    deinit {
        // Waits for the process's end, which must not be on a connection's queue.
        Thread { [engine] in engine.close() }.start()
    }
}

/// The model for everything new, and those before it that unfinished jobs still need.
public final class ServedModels: Sendable {
    private struct State {
        var current: ServedModel
        var earlier: [ServedModel] = []
    }

    private let state: Mutex<State>

    public init(_ first: ServedModel) { state = Mutex(State(current: first)) }

    public var current: ServedModel { state.withLock(\.current) }

    /// Those of unfinished jobs first, the oldest before the others.
    var all: [ServedModel] { state.withLock { $0.earlier + [$0.current] } }

    func serving(_ digest: ContentDigest) -> ServedModel? { all.last { $0.digest == digest } }

    /// Serves another model from now on; the one before stays until `release`.
    public func replace(with next: ServedModel) {
        state.withLock { state in
            state.earlier.removeAll { $0.digest == next.digest }
            state.earlier.append(state.current)
            state.current = next
        }
    }

    /// A job of this model was taken in, whatever has been released meanwhile.
    func keep(_ served: ServedModel) {
        state.withLock { state in
            guard state.current.digest != served.digest, !state.earlier.contains(where: { $0.digest == served.digest })
            else { return }
            state.earlier.append(served)
        }
    }

    /// No job needs an earlier model any more, or it cannot be had.
    func release(_ served: ServedModel) {
        // Released only after the lock.
        _ = state.withLock { state in
            let kept = state.earlier
            state.earlier.removeAll { $0 === served }
            return kept
        }
    }

    /// Ends all engines' processes, and returns when they have ended.
    public func close() { all.forEach { $0.engine.close() } }
}
