import Foundation
import Text

/// One value of a safetensors header: the metadata, or a tensor's description, not yet believed.
enum SafetensorsHeader: Decodable {
    case metadata([String: String])
    case tensor(Tensor)

    struct Tensor: Decodable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }

    init(from decoder: Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let tensor = try? container.decode(Tensor.self) {
            self = .tensor(tensor)
        } else {
            self = .metadata(try container.decode([String: String].self))
        }
    }

    /// - Returns: the header, and where the tensors' bytes start.
    static func read(_ data: Data, file: String) throws(ModelError) -> ([String: SafetensorsHeader], start: Int) {
        func fail(_ reason: String) -> ModelError { ModelError(file: file, tensor: nil, reason: reason) }
        guard data.count >= 8 else { throw fail("\(data.count) bytes are too few for a safetensors file") }
        let length = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= UInt64(Safetensors.maximumHeaderBytes) else {
            let limit = Safetensors.maximumHeaderBytes
            throw fail("its header claims \(length) bytes, over the limit of \(limit); not a model file?")
        }
        let start = 8 + Int(length)
        guard start <= data.count else {
            throw fail("truncated: its header claims \(length) bytes, but only \(data.count - 8) follow")
        }
        let header: [String: SafetensorsHeader]
        if let fault = data[8..<start].withUnsafeBytes(fault) { throw fail("its header \(reason(fault))") }
        do {
            header = try JSONDecoder().decode([String: SafetensorsHeader].self, from: data[8..<start])
        } catch {
            throw fail("its header is not the JSON of a safetensors file")
        }
        guard header.count <= Safetensors.maximumTensors else { throw fail("\(header.count) tensors are too many") }
        for (name, item) in header {
            if case .metadata = item, name != "__metadata__" {
                throw ModelError(file: file, tensor: name, reason: "its description lacks dtype, shape or data_offsets")
            }
        }
        return (header, start)
    }
}

// MARK: - What a decoder must not see

extension SafetensorsHeader {
    /// Deeper than what is read here by far.
    private static let maximumDepth = 32
    /// Bytes of a tensor's or a metadatum's name; those of the public checkpoints have some 40.
    static let maximumNameBytes = 512
    /// Of one that is not plain ASCII, as the name of a figure may be.
    private static let maximumStrangeNameBytes = 200

    /// Bounds the depth and the members of JSON in a model file, or in its description.
    static func fault(in json: UnsafeRawBufferPointer) -> JSONFault? {
        JSONScan.fault(
            in: json, maximumDepth: maximumDepth, maximumKeyBytes: maximumNameBytes,
            maximumStrangeKeyBytes: maximumStrangeNameBytes)
    }

    /// The end of a sentence about the JSON.
    private static func reason(_ fault: JSONFault) -> String {
        switch fault {
        case .depth, .encoding, .repeatedKey, .trailingComma: fault.description
        case .strangeKey(let name, let bytes):
            "has a name of more than \(bytes) bytes, or of more than \(maximumStrangeNameBytes) that are not all plain "
                + "ASCII; it begins \(name.shown)"
        }
    }
}

extension SafetensorsHeader.Tensor {
    /// The description, checked against the file's bytes `start..<end` of tensor data.
    func entry(
        _ name: String, start: Int, end: Int, file: String, types: [Safetensors.ElementType]
    ) throws(ModelError) -> Safetensors.Entry {
        func fail(_ reason: String) -> ModelError { ModelError(file: file, tensor: name, reason: reason) }
        guard let type = Safetensors.ElementType(bytes: dtype), types.contains(type) else {
            let names = types.map(\.rawValue).joined(separator: ", ")
            throw fail("element type \(dtype.shown) is not one of those that are read here: \(names)")
        }
        var bytes = type.bytes
        for side in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: side)
            guard side >= 0, !overflow else { throw fail("impossible shape \(shape)") }
            bytes = product
        }
        let offsets = data_offsets
        guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= end - start else {
            throw fail("offsets \(offsets) lie outside the \(end - start) bytes of tensor data; truncated file?")
        }
        guard offsets[1] - offsets[0] == bytes else {
            throw fail("shape \(shape) needs \(bytes) bytes, its offsets hold \(offsets[1] - offsets[0])")
        }
        return Safetensors.Entry(type: type, shape: shape, range: start + offsets[0]..<start + offsets[1])
    }
}
