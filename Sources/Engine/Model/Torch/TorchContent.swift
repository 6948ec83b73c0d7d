import Foundation
import Text

/// What the two formats of `torch.save` have in common: a pickle, and the bytes of the storages that it announces.
struct TorchContent {
    let root: PickleValue
    let heap: PickleHeap
    /// Each storage's bytes in the file, by its key; as many as the pickle announced.
    let storages: [String: Range<Int>]
}

// MARK: - Zip archive

extension TorchContent {
    /// Reads `NAME/data.pkl` and `NAME/data/KEY`, where NAME is the file's name when it was saved.
    init(zip data: Data, file: String) throws(ModelError) {
        func fail(_ reason: String) -> ModelError { ModelError(file: file, tensor: nil, reason: reason) }
        let entries = try ZipDirectory(data, file: file).entries
        let pickles = entries.keys.filter { $0.text.endsWithBytes(of: "/data.pkl") }
        guard pickles.count == 1, let name = pickles.first, let pickle = entries[name] else {
            throw fail("is a zip archive with \(pickles.count) entries data.pkl, not one; no file of torch.save?")
        }
        let folder = String(decoding: name.text.utf8.dropLast("data.pkl".utf8.count), as: UTF8.self)
        if let order = entries[ByteKey(folder + "byteorder")], data[order] != Data("little".utf8) {
            throw fail("was saved in big-endian byte order; save it again on a little-endian machine")
        }
        var machine = PickleMachine(ByteCursor(data, pickle, file: file), maximumStorageBytes: data.count)
        root = try machine.run()
        guard machine.cursor.remaining == 0 else { throw fail("bytes follow the pickle in data.pkl") }
        heap = machine.heap
        var storages: [String: Range<Int>] = [:]
        for storage in heap.storages {
            guard let range = entries[ByteKey(folder + "data/" + storage.key)] else {
                throw fail("storage \(storage.key.shown) is missing")
            }
            guard range.count == storage.bytes else {
                throw fail("storage \(storage.key.shown) has \(range.count) bytes, its pickle says \(storage.bytes)")
            }
            storages[storage.key] = range
        }
        self.storages = storages
    }
}

// MARK: - Stream

extension TorchContent {
    /// 0x1950a86a20f9469cfc6c
    private static let magic = Data([0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19])
    private static let protocolVersion = 1001

    /// Reads five pickles (magic number, protocol version, system, object, storage keys), then of each storage its
    /// count of elements (8 bytes) and its elements.
    init(stream data: Data, file: String) throws(ModelError) {
        func fail(_ reason: String) -> ModelError { ModelError(file: file, tensor: nil, reason: reason) }
        var cursor = ByteCursor(data, 0..<data.count, file: file)
        func pickle() throws(ModelError) -> (PickleValue, PickleHeap) {
            var machine = PickleMachine(cursor, maximumStorageBytes: data.count)
            let value = try machine.run()
            cursor = machine.cursor
            return (value, machine.heap)
        }
        guard data.first == 0x80, case .largeInteger(TorchContent.magic) = try pickle().0 else {
            throw fail("is neither a zip archive nor a stream of torch.save")
        }
        guard case .integer(TorchContent.protocolVersion) = try pickle().0 else {
            throw fail("has another version of PyTorch's stream than \(TorchContent.protocolVersion)")
        }
        let (system, systemHeap) = try pickle()
        guard case .boolean(true) = systemHeap.members(system)?["little_endian"] else {
            throw fail("was not saved in little-endian byte order; save it again on a little-endian machine")
        }
        (root, heap) = try pickle()
        let (keys, keyHeap) = try pickle()
        guard case .list(let index) = keys else { throw fail("has no list of storages") }
        var storages: [String: Range<Int>] = [:]
        for key in keyHeap.sequences[index] {
            guard case .string(let key) = key, let storage = heap.storage(key), storages[key] == nil else {
                throw fail("has a storage that no tensor uses, or one twice")
            }
            let count = try cursor.number(Int64.self)
            guard count == storage.count else {
                throw fail("storage \(key.shown) has \(count) elements, its pickle says \(storage.count)")
            }
            storages[key] = try cursor.take(storage.bytes)
        }
        guard storages.count == heap.storages.count else { throw fail("lacks the bytes of a storage") }
        guard cursor.remaining == 0 else { throw fail("\(cursor.remaining) bytes at the end belong to no storage") }
        self.storages = storages
    }
}
