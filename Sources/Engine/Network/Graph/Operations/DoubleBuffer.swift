/// Zeroed memory that lives as long as the object.
final class DoubleBuffer {
    let pointer: UnsafeMutablePointer<Double>
    private let count: Int

    init(count: Int) {
        (pointer, self.count) = (.allocate(capacity: count), count)
        pointer.initialize(repeating: 0, count: count)
    }

    deinit { pointer.deallocate() }

    func clear() { pointer.update(repeating: 0, count: count) }

    var floats: [Float] { UnsafeBufferPointer(start: pointer, count: count).map { Float($0) } }
}
