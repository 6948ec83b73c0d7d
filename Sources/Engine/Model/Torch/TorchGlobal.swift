import Text

/// The Python names that a checkpoint of tensors needs; a pickle that asks for any other is refused.
enum TorchGlobal: Equatable {
    /// `collections.OrderedDict`
    case orderedDictionary
    /// `torch.Size`
    case size
    /// `torch._utils._rebuild_tensor_v2`: a dense tensor as a view of a storage.
    case rebuildTensor
    /// `torch._utils._rebuild_parameter`: a tensor that is trained.
    case rebuildParameter
    /// `torch.FloatStorage` and its like.
    case storage(TorchElement)

    init?(module: String, name: String) {
        // None of them is longer; a pickle's texts may be of any length and of any characters.
        guard [module, name].allSatisfy({ $0.utf8.count <= 64 && $0.isASCII }) else { return nil }
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch", "Size"): self = .size
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", _):
            guard name.hasSuffix("Storage"), let element = TorchElement(rawValue: String(name.dropLast(7))) else {
                return nil
            }
            self = .storage(element)
        default: return nil
        }
    }
}

/// Element type of a storage, named as in `torch.FloatStorage`.
enum TorchElement: String {
    case float64 = "Double"
    case float32 = "Float"
    case float16 = "Half"
    case bfloat16 = "BFloat16"
    case int64 = "Long"
    case int32 = "Int"
    case int16 = "Short"
    case int8 = "Char"
    case uint8 = "Byte"
    case boolean = "Bool"

    var bytes: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16, .int16: 2
        case .int8, .uint8, .boolean: 1
        }
    }
}
