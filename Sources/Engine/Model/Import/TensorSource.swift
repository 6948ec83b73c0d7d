import Foundation

/// A file of named tensors, read and checked, whatever its format.
protocol TensorSource {
    var file: String { get }
    /// Shapes by the tensors' names.
    var shapes: [String: [Int]] { get }
    /// The tensor's elements as float32, row-major. Refuses what is missing or holds no finite numbers.
    func floats(_ name: String) throws(ModelError) -> [Float]
}

extension Safetensors: TensorSource {
    var shapes: [String: [Int]] { entries.mapValues(\.shape) }
}

extension TorchCheckpoint: TensorSource {
    var shapes: [String: [Int]] { tensors.mapValues(\.shape) }
}

/// Tells the formats apart by their first bytes; a file's name says nothing.
func tensorSource(_ data: Data, file: String) throws(ModelError) -> any TensorSource {
    // A safetensors header is JSON that starts at byte 8: an entry's method in a zip archive, which is 0, and inside
    // the magic number of a stream.
    let data = data.startIndex == 0 ? data : Data(data)
    if data.count > 8, data[8] == UInt8(ascii: "{") {
        return try Safetensors(data, file: file, types: Safetensors.ElementType.ofCheckpoints)
    }
    if TorchCheckpoint.isZip(data) || data.first == 0x80 { return try TorchCheckpoint(data, file: file) }
    throw ModelError(
        file: file, tensor: nil, reason: "is neither a PyTorch checkpoint (torch.save) nor a safetensors file")
}
