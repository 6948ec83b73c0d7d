import Synchronization

/// Passes exactly one value on: the first given, or `fallback` when it is released without one.
final class OnceReply<Value: Sendable>: Sendable {
    private let isUsed = Atomic(false)
    private let fallback: Value
    private let deliver: @Sendable (Value) -> Void
    private let onRepeat: @Sendable () -> Void

    init(
        fallback: Value, onRepeat: @escaping @Sendable () -> Void, deliver: @escaping @Sendable (Value) -> Void
    ) {
        self.fallback = fallback
        self.onRepeat = onRepeat
        self.deliver = deliver
    }

    func callAsFunction(_ value: Value) {
        if isUsed.exchange(true, ordering: .acquiringAndReleasing) { onRepeat() } else { deliver(value) }
    }

    deinit {
        if !isUsed.load(ordering: .acquiring) { deliver(fallback) }
    }
}
