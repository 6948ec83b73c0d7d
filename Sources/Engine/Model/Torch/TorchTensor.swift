import Foundation

/// A block of elements that tensors are views of, as announced by a pickle.
struct TorchStorage: Equatable {
    let key: String
    let element: TorchElement
    /// Elements.
    let count: Int

    var bytes: Int { count * element.bytes }
}

/// A dense tensor: element [i, j, ...] is the storage's element offset + i strides[0] + j strides[1] + ...
struct TorchTensor {
    let storage: TorchStorage
    let offset: Int
    let shape: [Int]
    let strides: [Int]
    let count: Int

    static let maximumDimensions = 8

    /// - Returns: nil where a side or stride is negative, an element lies outside the storage, or the tensor has more
    ///   elements than its storage: expanded views are no weights, and would let a small file ask for any memory.
    init?(storage: TorchStorage, offset: Int, shape: [Int], strides: [Int]) {
        guard offset >= 0, shape.count == strides.count, shape.count <= TorchTensor.maximumDimensions,
            shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
        else { return nil }
        var count = 1
        var last = offset
        for (side, stride) in zip(shape, strides) {
            let (product, tooMany) = count.multipliedReportingOverflow(by: side)
            let (reach, tooFar) = max(0, side - 1).multipliedReportingOverflow(by: stride)
            let (sum, beyond) = last.addingReportingOverflow(reach)
            guard !tooMany, !tooFar, !beyond else { return nil }
            count = product
            last = sum
        }
        guard count == 0 ? offset <= storage.count : count <= storage.count && last < storage.count else { return nil }
        self.storage = storage
        self.offset = offset
        self.shape = shape
        // Of an axis that is never stepped along, the stride means nothing and was not bounded above.
        self.strides = zip(shape, strides).map { side, stride in side > 1 ? stride : 0 }
        self.count = count
    }

    /// The elements as float32, row-major.
    /// - Parameter bytes: the storage's, little-endian.
    /// - Returns: nil for elements that are no floating-point numbers.
    /// - Precondition: `bytes` holds the whole storage.
    func floats(_ bytes: UnsafeRawBufferPointer) -> [Float]? {
        precondition(bytes.count == storage.bytes)
        func load<T: FixedWidthInteger>(_ index: Int, _: T.Type) -> T {
            T(littleEndian: bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self))
        }
        switch storage.element {
        case .float64: return gather { Float(Double(bitPattern: load($0, UInt64.self))) }
        case .float32: return gather { Float(bitPattern: load($0, UInt32.self)) }
        case .float16: return gather { Float(halfBitPattern: load($0, UInt16.self)) }
        case .bfloat16: return gather { Float(bitPattern: UInt32(load($0, UInt16.self)) << 16) }
        case .int64, .int32, .int16, .int8, .uint8, .boolean: return nil
        }
    }

    /// Applies `element` to the storage's indices of all elements in row-major order.
    private func gather(_ element: (Int) -> Float) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { target, initialised in
            initialised = count
            guard count > 0 else { return }
            guard let row = shape.last, let step = strides.last else {
                target.initializeElement(at: 0, to: element(offset))
                return
            }
            var position = [Int](repeating: 0, count: shape.count - 1)
            var start = offset
            for first in stride(from: 0, to: count, by: row) {
                for index in 0..<row { target.initializeElement(at: first + index, to: element(start + index * step)) }
                // The next row: count up the outer indices from the right.
                for axis in position.indices.reversed() {
                    position[axis] += 1
                    start += strides[axis]
                    if position[axis] < shape[axis] { break }
                    start -= shape[axis] * strides[axis]
                    position[axis] = 0
                }
            }
        }
    }
}
