import Foundation

/// A safetensors file in memory: 8 bytes of little-endian header length, a JSON header, the tensors' bytes.
///
/// Nothing of the file is trusted: the header is bounded before it is parsed, and every tensor's type, shape and
/// offsets are checked against the file before one byte of it is used. As the format demands, tensors may not overlap
/// and leave no bytes unclaimed.
struct Safetensors {
    enum ElementType: String {
        case float32 = "F32"
        case float16 = "F16"
        case bfloat16 = "BF16"

        var bytes: Int { self == .float32 ? 4 : 2 }
    }

    struct Entry {
        let type: ElementType
        let shape: [Int]
        let range: Range<Int>
        var count: Int { shape.reduce(1, *) }
    }

    static let maximumHeaderBytes = 4 << 20
    static let maximumTensors = 20_000

    let file: String
    let metadata: [String: String]
    let entries: [String: Entry]
    private let data: Data

    /// - Parameter file: name for messages.
    init(_ data: Data, file: String) throws(ModelError) {
        func fail(_ reason: String, tensor: String? = nil) -> ModelError {
            ModelError(file: file, tensor: tensor, reason: reason)
        }
        let data = data.startIndex == 0 ? data : Data(data)
        guard data.count >= 8 else { throw fail("\(data.count) bytes are too few for a safetensors file") }
        let length = data.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) }
        guard length <= UInt64(Safetensors.maximumHeaderBytes) else {
            throw fail("its header claims \(length) bytes, over the limit of \(Safetensors.maximumHeaderBytes); not a model file?")
        }
        let start = 8 + Int(length)
        guard start <= data.count else {
            throw fail("truncated: the header claims \(length) bytes, the file has \(data.count - 8) after its length")
        }
        let header: [String: Header]
        do {
            header = try JSONDecoder().decode([String: Header].self, from: data[8..<start])
        } catch {
            throw fail("its header is not the JSON of a safetensors file")
        }
        guard header.count <= Safetensors.maximumTensors else { throw fail("\(header.count) tensors are too many") }

        var metadata: [String: String] = [:]
        var entries: [String: Entry] = [:]
        for (name, item) in header {
            switch item {
            case .metadata(let values): metadata = values
            case .tensor(let type, let shape, let offsets):
                guard name != "__metadata__" else { throw fail("__metadata__ must map names to strings") }
                guard let type = ElementType(rawValue: type) else {
                    throw fail("element type \(type) is not supported (F32, F16 and BF16 are)", tensor: name)
                }
                var bytes = type.bytes
                for side in shape {
                    let (product, overflow) = bytes.multipliedReportingOverflow(by: side)
                    guard side >= 0, !overflow else { throw fail("impossible shape \(shape)", tensor: name) }
                    bytes = product
                }
                guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= data.count - start
                else {
                    throw fail(
                        "offsets \(offsets) lie outside the \(data.count - start) bytes of tensor data; truncated file?",
                        tensor: name)
                }
                guard offsets[1] - offsets[0] == bytes else {
                    throw fail("shape \(shape) needs \(bytes) bytes, its offsets hold \(offsets[1] - offsets[0])", tensor: name)
                }
                entries[name] = Entry(type: type, shape: shape, range: start + offsets[0]..<start + offsets[1])
            }
        }
        var end = start
        for (name, entry) in entries.sorted(by: { ($0.value.range.lowerBound, $0.value.range.upperBound) < ($1.value.range.lowerBound, $1.value.range.upperBound) }) {
            guard entry.range.lowerBound >= end else { throw fail("its bytes overlap another tensor's", tensor: name) }
            guard entry.range.lowerBound == end else { throw fail("unclaimed bytes lie before it", tensor: name) }
            end = entry.range.upperBound
        }
        guard end == data.count else { throw fail("\(data.count - end) bytes at the end belong to no tensor") }
        self.file = file
        self.metadata = metadata
        self.entries = entries
        self.data = data
    }

    /// The tensor's elements as float32, row-major. Refuses NaN and infinity.
    func floats(_ name: String) throws(ModelError) -> [Float] {
        guard let entry = entries[name] else { throw ModelError(file: file, tensor: name, reason: "missing") }
        let values = data[entry.range].withUnsafeBytes { bytes -> [Float] in
            switch entry.type {
            case .float32:
                return (0..<entry.count).map {
                    Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
                }
            case .float16:
                return (0..<entry.count).map {
                    Float(Float16(bitPattern: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self))))
                }
            case .bfloat16:
                return (0..<entry.count).map {
                    Float(bitPattern: UInt32(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self))) << 16)
                }
            }
        }
        guard values.allSatisfy(\.isFinite) else {
            throw ModelError(file: file, tensor: name, reason: "holds NaN or infinite values")
        }
        return values
    }

    /// As `floats(_:)`, and refuses any other shape than the one asked for.
    func floats(_ name: String, shape: [Int]) throws(ModelError) -> [Float] {
        guard let entry = entries[name] else { throw ModelError(file: file, tensor: name, reason: "missing") }
        guard entry.shape == shape else {
            throw ModelError(file: file, tensor: name, reason: "has shape \(entry.shape), the architecture needs \(shape)")
        }
        return try floats(name)
    }
}

/// One value of the header: the metadata or a tensor's description.
private enum Header: Decodable {
    case metadata([String: String])
    case tensor(type: String, shape: [Int], offsets: [Int])

    private enum Keys: String, CodingKey {
        case dtype, shape
        case offsets = "data_offsets"
    }

    init(from decoder: Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        if container.contains(.offsets) {
            self = .tensor(
                type: try container.decode(String.self, forKey: .dtype),
                shape: try container.decode([Int].self, forKey: .shape),
                offsets: try container.decode([Int].self, forKey: .offsets))
        } else {
            self = .metadata(try decoder.singleValueContainer().decode([String: String].self))
        }
    }
}
