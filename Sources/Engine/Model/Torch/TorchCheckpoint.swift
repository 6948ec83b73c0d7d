import Foundation
import Text

/// A PyTorch checkpoint in memory: the named tensors of a state dict, alone or as member `state_dict` or `model` of a
/// dictionary.
///
/// Reads both formats of `torch.save`: the zip archive (since PyTorch 1.6) and the older stream. Nothing of the file is
/// trusted and nothing of it is run; whatever is no dense tensor in plain containers is refused by its name.
struct TorchCheckpoint {
    let file: String
    let tensors: [String: TorchTensor]
    private let data: Data
    /// Where each storage's bytes lie in the file, by the storage's key.
    private let storages: [String: Range<Int>]

    static let maximumTensors = Safetensors.maximumTensors

    /// - Parameter file: name for messages.
    init(_ data: Data, file: String) throws(ModelError) {
        self.file = file
        self.data = data.startIndex == 0 ? data : Data(data)
        let content =
            TorchCheckpoint.isZip(self.data)
            ? try TorchContent(zip: self.data, file: file) : try TorchContent(stream: self.data, file: file)
        storages = content.storages
        tensors = try TorchCheckpoint.stateDict(content, file: file)
    }

    static func isZip(_ data: Data) -> Bool { data.starts(with: Array("PK\u{3}\u{4}".utf8)) }

    /// The tensors of the state dict. Members that are no tensors, such as counters and settings, are passed over.
    private static func stateDict(_ content: TorchContent, file: String) throws(ModelError) -> [String: TorchTensor] {
        func fail(_ reason: String) -> ModelError { ModelError(file: file, tensor: nil, reason: reason) }
        guard let outer = content.heap.members(content.root) else { throw fail("holds no dictionary of tensors") }
        var found: [String: TorchTensor] = [:]
        for wrapper in ["state_dict", "model"] where found.isEmpty {
            if let inner = outer[ByteKey(wrapper)].flatMap(content.heap.members) {
                found = try tensors(inner, file: file)
            }
        }
        if found.isEmpty { found = try tensors(outer, file: file) }
        guard !found.isEmpty else {
            let keys = outer.keys.sorted().prefix(5).map(\.text.shown).joined(separator: ", ")
            throw fail("holds no tensors by name, nor in a member state_dict or model; its members: \(keys)")
        }
        guard found.count <= maximumTensors else { throw fail("\(found.count) tensors are too many") }
        return found
    }

    /// - Throws: for a name that no layer has: it would be compared with others.
    private static func tensors(
        _ members: [ByteKey: PickleValue], file: String
    ) throws(ModelError) -> [String: TorchTensor] {
        var tensors: [String: TorchTensor] = [:]
        for case (let name, .tensor(let tensor)) in members {
            guard name.text.isASCII, name.text.utf8.count <= SafetensorsHeader.maximumNameBytes else {
                throw ModelError(
                    file: file, tensor: name.text.shown,
                    reason: "has a name that is no ASCII of at most \(SafetensorsHeader.maximumNameBytes) bytes")
            }
            tensors[name.text] = tensor
        }
        return tensors
    }

    /// The tensor's elements as float32, row-major. Refuses NaN and infinity, also where float32 has no room for a
    /// double, and whole numbers.
    func floats(_ name: String) throws(ModelError) -> [Float] {
        func fail(_ reason: String) -> ModelError { ModelError(file: file, tensor: name, reason: reason) }
        guard let tensor = tensors[name], let range = storages[tensor.storage.key] else { throw fail("missing") }
        guard let values = data.withUnsafeBytes({ tensor.floats(UnsafeRawBufferPointer(rebasing: $0[range])) }) else {
            throw fail("has elements of torch.\(tensor.storage.element.rawValue)Storage, not floating-point numbers")
        }
        guard values.allSatisfy(\.isFinite) else {
            throw fail("holds NaN or infinite values, or such as float32 lacks")
        }
        return values
    }
}
