#if canImport(Glibc)
    import Glibc
#endif

/// A fixed block of zeroed, 64-byte aligned floats that lives as long as the object.
///
/// `@unchecked Sendable`: the memory itself never moves; whoever shares a buffer between threads gives each thread
/// a part of its own (weights are only read after loading).
final class FloatBuffer: @unchecked Sendable {
    let count: Int
    let pointer: UnsafeMutablePointer<Float>

    init(count: Int) {
        self.count = count
        let bytes = max(64, (count * MemoryLayout<Float>.stride + 63) / 64 * 64)
        let isLarge = bytes >= FloatBuffer.hugePage
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? FloatBuffer.hugePage : 64)
        // Touching a hundred megabytes for the first time in small pages costs as much as a forward pass.
        if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        pointer = raw.assumingMemoryBound(to: Float.self)
    }

    private static let hugePage = 2 << 20

    convenience init(_ values: [Float]) {
        self.init(count: values.count)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { pointer.update(from: base, count: source.count) }
        }
    }

    convenience init(copying other: FloatBuffer) {
        self.init(count: other.count)
        pointer.update(from: other.pointer, count: count)
    }

    /// Replaces a buffer that is too small; what it held is lost.
    static func grow(_ buffer: inout FloatBuffer, to count: Int) {
        guard buffer.count < count else { return }
        buffer = FloatBuffer(count: 0)  // gives the smaller one back first
        buffer = FloatBuffer(count: count)
    }

    deinit {
        UnsafeMutableRawPointer(pointer).deallocate()
    }

    /// A copy of the first `count` floats.
    func values(_ count: Int) -> [Float] {
        precondition(count <= self.count)
        return Array(UnsafeBufferPointer(start: pointer, count: count))
    }
}
