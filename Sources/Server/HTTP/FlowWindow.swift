/// How many bytes moved within the last `length` of time, kept in slots of a tenth of it. The time comes from its
/// caller.
///
/// An average since the start would let a fast start pay for hours of nothing; here bytes count for one window only.
struct FlowWindow: Equatable, Sendable {
    typealias Instant = ContinuousClock.Instant

    private static let slots = 10

    let start: Instant
    let length: Duration
    /// Bytes of the slots `newest - slots` to `newest`, each at its number modulo the array's count.
    private var counts = [Int](repeating: 0, count: slots + 1)
    /// Number of the slot in which bytes moved last; slots are counted from `start`.
    private var newest = 0
    /// The sum of `counts`.
    private var total = 0

    /// - Parameter length: of the window, above zero.
    init(length: Duration, start: Instant) {
        self.length = length
        self.start = start
    }

    private var slotLength: Duration { length / Self.slots }

    mutating func add(_ bytes: Int, at now: Instant) {
        advance(to: now)
        counts[newest % counts.count] += bytes
        total += bytes
    }

    /// Too little of the first window has passed to tell a rate.
    func isYoung(at now: Instant) -> Bool { now - start < slotLength }

    /// Bytes per second over the last window, or since the start where that is less long ago.
    func rate(at now: Instant) -> Double {
        var current = self
        current.advance(to: now)
        return Double(current.total) / (min(length, max(slotLength, now - start)) / .seconds(1))
    }

    /// When a window will have held fewer than `required` bytes if none move any more. The first window ends at `start`
    /// plus its length; a byte counts until the slot in which it moved has left the window.
    /// - Parameter required: at least 1.
    func deadline(atLeast required: Int) -> Instant {
        let firstEnd = start + length
        var left = total
        for slot in max(0, newest - Self.slots)...newest where left >= required {
            left -= counts[slot % counts.count]
            if left < required { return max(firstEnd, start + slotLength * (slot + Self.slots + 1)) }
        }
        return firstEnd
    }

    private mutating func advance(to now: Instant) {
        let slot = Int((now - start) / slotLength)
        guard slot > newest else { return }
        // After a whole window without a byte every slot is cleared once.
        for number in newest + 1...min(slot, newest + counts.count) {
            let index = number % counts.count
            total -= counts[index]
            counts[index] = 0
        }
        newest = slot
    }
}
