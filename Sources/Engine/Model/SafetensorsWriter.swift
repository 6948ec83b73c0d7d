import Foundation

/// Writes a safetensors file: tensors in the order given, each as float32, half precision or bytes.
struct SafetensorsWriter {
    private var header: [String: HeaderEntry] = [:]
    private var body = Data()
    var metadata: [String: String] = [:]

    private struct HeaderEntry: Encodable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }

    /// - Precondition: `values.count` is the product of `shape`; as bytes, they are whole and in 0...255.
    mutating func append(_ name: String, shape: [Int], values: [Float], as type: Safetensors.ElementType) {
        precondition(values.count == shape.reduce(1, *))
        let begin = body.count
        func append(_ words: [some FixedWidthInteger]) { words.withUnsafeBytes { body.append(contentsOf: $0) } }
        switch type {
        case .float32: append(values.map { $0.bitPattern.littleEndian })
        case .float16: append(values.map { Float16($0).bitPattern.littleEndian })
        case .bfloat16: append(values.map { UInt16($0.bitPattern >> 16).littleEndian })
        case .uint8: append(values.map { UInt8($0) })
        case .int64: append(values.map { Int64($0).littleEndian })
        }
        header[name] = HeaderEntry(dtype: type.rawValue, shape: shape, data_offsets: [begin, body.count])
    }

    /// The whole file. The header is padded with spaces so that tensor data starts at a multiple of 8.
    func encoded() throws -> Data {
        struct Whole: Encodable {
            let tensors: [String: HeaderEntry]
            let metadata: [String: String]
            func encode(to encoder: Encoder) throws {
                var container = encoder.container(keyedBy: Name.self)
                try container.encode(metadata, forKey: Name(stringValue: "__metadata__"))
                for (name, entry) in tensors { try container.encode(entry, forKey: Name(stringValue: name)) }
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var json = try encoder.encode(Whole(tensors: header, metadata: metadata))
        json.append(contentsOf: [UInt8](repeating: 0x20, count: (8 - json.count % 8) % 8))
        var file = Data()
        withUnsafeBytes(of: UInt64(json.count).littleEndian) { file.append(contentsOf: $0) }
        return file + json + body
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
