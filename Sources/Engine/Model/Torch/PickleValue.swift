import Foundation
import Text

/// A value that a pickle makes. Containers are places in a `PickleHeap`, so a value holds no other value: neither deep
/// nesting nor cycles can exhaust the stack or leak when values are let go.
enum PickleValue {
    case none
    case boolean(Bool)
    case integer(Int)
    /// Little-endian two's complement of more than 8 bytes: only the stream format's magic number is one.
    case largeInteger(Data)
    case real(Double)
    case string(String)
    case bytes(Data)
    /// `PickleHeap.sequences[i]`, also of a `torch.Size`.
    case tuple(Int)
    /// `PickleHeap.sequences[i]`.
    case list(Int)
    /// `PickleHeap.dictionaries[i]`, also of an `OrderedDict`.
    case dictionary(Int)
    case global(TorchGlobal)
    /// `PickleHeap.storages[i]`.
    case storage(Int)
    case tensor(TorchTensor)
}

/// The containers of one pickle.
struct PickleHeap {
    var sequences: [[PickleValue]] = []
    /// Pairs in the order in which they were set; a later one of equal key replaces the earlier in Python.
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var storages: [TorchStorage] = []
    private var storageByKey: [String: Int] = [:]

    /// The storage announced with the same key, or a new one.
    /// - Returns: nil where the same key was announced with another type or size.
    mutating func announce(_ storage: TorchStorage) -> PickleValue? {
        if let known = storageByKey[storage.key] { return storages[known] == storage ? .storage(known) : nil }
        storageByKey[storage.key] = storages.count
        storages.append(storage)
        return .storage(storages.count - 1)
    }

    func storage(_ key: String) -> TorchStorage? {
        PickleHeap.isKey(key) ? storageByKey[key].map { storages[$0] } : nil
    }

    /// Whether a text can be a storage's key, which torch.save makes of digits.
    static func isKey(_ text: String) -> Bool { text.utf8.count <= 255 && text.isASCII }

    /// The dictionary's pairs whose keys are strings; of equal keys the last counts, as in Python.
    /// - Returns: nil for any other value.
    func members(_ value: PickleValue) -> [ByteKey: PickleValue]? {
        guard case .dictionary(let index) = value else { return nil }
        var members: [ByteKey: PickleValue] = [:]
        for case (.string(let key), let value) in dictionaries[index] { members[ByteKey(key)] = value }
        return members
    }

    /// The elements of a tuple of integers, nil for any other value.
    func integers(_ value: PickleValue) -> [Int]? {
        guard case .tuple(let index) = value else { return nil }
        var integers: [Int] = []
        for element in sequences[index] {
            guard case .integer(let integer) = element else { return nil }
            integers.append(integer)
        }
        return integers
    }
}
