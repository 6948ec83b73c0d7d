import Foundation

/// A safetensors file in memory: 8 bytes of little-endian header length, a JSON header, the tensors' bytes.
///
/// Nothing of the file is trusted: the header is bounded before it is parsed, and every tensor's type, shape and
/// offsets are checked against the file before one byte of it is used. As the format demands, tensors may not overlap
/// and leave no bytes unclaimed.
struct Safetensors {
    enum ElementType: String, CaseIterable {
        case float32 = "F32"
        case float16 = "F16"
        case bfloat16 = "BF16"
        /// Not of weights.
        case uint8 = "U8"
        /// Not of weights: counters of batches.
        case int64 = "I64"

        var bytes: Int {
            switch self {
            case .float32: 4
            case .float16, .bfloat16: 2
            case .uint8: 1
            case .int64: 8
            }
        }

        static let ofWeights: [ElementType] = [.float32, .float16, .bfloat16]
        /// With what a training keeps beside the weights.
        static let ofCheckpoints = ofWeights + [.int64]
    }

    struct Entry {
        let type: ElementType
        let shape: [Int]
        /// Of the tensor's bytes in the file.
        let range: Range<Int>
        var count: Int { shape.reduce(1, *) }
    }

    static let maximumHeaderBytes = 4 << 20
    static let maximumTensors = 20_000

    let file: String
    let metadata: [String: String]
    let entries: [String: Entry]
    private let data: Data

    /// - Parameters:
    ///   - file: name for messages.
    ///   - types: those that are taken.
    init(_ data: Data, file: String, types: [ElementType] = ElementType.ofWeights) throws(ModelError) {
        self.file = file
        self.data = data.startIndex == 0 ? data : Data(data)
        let (header, start) = try SafetensorsHeader.read(self.data, file: file)
        var metadata: [String: String] = [:]
        var entries: [String: Entry] = [:]
        for (name, item) in header {
            switch item {
            case .metadata(let values): metadata = values
            case .tensor(let tensor):
                entries[name] = try tensor.entry(name, start: start, end: data.count, file: file, types: types)
            }
        }
        self.metadata = metadata
        self.entries = entries
        try checkThatBytesAreClaimedOnce(from: start)
    }

    private func checkThatBytesAreClaimedOnce(from start: Int) throws(ModelError) {
        var end = start
        let inOrder = entries.sorted {
            ($0.value.range.lowerBound, $0.value.range.upperBound)
                < ($1.value.range.lowerBound, $1.value.range.upperBound)
        }
        for (name, entry) in inOrder {
            guard entry.range.lowerBound >= end else {
                throw ModelError(file: file, tensor: name, reason: "its bytes overlap another tensor's")
            }
            guard entry.range.lowerBound == end else {
                throw ModelError(file: file, tensor: name, reason: "unclaimed bytes lie before it")
            }
            end = entry.range.upperBound
        }
        guard end == data.count else {
            let rest = data.count - end
            throw ModelError(file: file, tensor: nil, reason: "\(rest) bytes at the end belong to no tensor")
        }
    }

    /// The tensor's elements as float32, row-major. Refuses NaN, infinity and 64-bit whole numbers.
    func floats(_ name: String) throws(ModelError) -> [Float] {
        guard let entry = entries[name] else { throw ModelError(file: file, tensor: name, reason: "missing") }
        guard entry.type != .int64 else {
            throw ModelError(file: file, tensor: name, reason: "has elements of type I64, not floating-point numbers")
        }
        let values = data[entry.range].withUnsafeBytes { bytes -> [Float] in
            func word(_ index: Int) -> UInt32 {
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
            }
            func half(_ index: Int) -> UInt16 {
                UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
            }
            // Loops that write to memory: the compiler does several elements at a time.
            func floats(_ value: (Int) -> Float) -> [Float] {
                [Float](unsafeUninitializedCapacity: entry.count) { target, count in
                    for index in 0..<entry.count { target[index] = value(index) }
                    count = entry.count
                }
            }
            switch entry.type {
            case .float32: return floats { Float(bitPattern: word($0)) }
            case .float16: return floats { Float(halfBitPattern: half($0)) }
            case .bfloat16: return floats { Float(bitPattern: UInt32(half($0)) << 16) }
            case .uint8: return floats { Float(bytes[$0]) }
            case .int64: return []
            }
        }
        guard values.allSatisfy({ $0.isFinite }) else {
            throw ModelError(file: file, tensor: name, reason: "holds NaN or infinite values")
        }
        return values
    }

    /// As `floats(_:)`, and refuses any other shape than the one asked for.
    func floats(_ name: String, shape: [Int]) throws(ModelError) -> [Float] {
        if let entry = entries[name], entry.shape != shape { throw otherShape(name, entry.shape, than: shape) }
        return try floats(name)
    }

    private func otherShape(_ name: String, _ found: [Int], than shape: [Int]) -> ModelError {
        ModelError(file: file, tensor: name, reason: "has shape \(found), the architecture needs \(shape)")
    }
}
