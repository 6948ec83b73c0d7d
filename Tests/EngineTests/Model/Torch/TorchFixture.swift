import Foundation

@testable import Engine

/// Checkpoints for tests: files that PyTorch saved, and files made here byte by byte.
enum TorchFixture {
    /// A file of `Tests/Fixtures/torch`.
    static func saved(_ name: String) throws -> Data {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try Data(contentsOf: tests.appendingPathComponent("Fixtures/torch/\(name).pth"))
    }

    /// What `Tests/Fixtures/torch/make.py` saves, without the counter.
    static let toy: [String: (shape: [Int], values: [Float])] = [
        "single": ([2, 3], [0, -1.5, 3.25, 1e-20, 65504, 1e30]),
        "half": ([3], [0.5, -2, 65504]),
        "brain": ([2], [1, -3]),
        "double": ([2], [Float(0.1), 1_152_921_504_606_846_976]),
        "transposed": ([3, 2], [0, 3, 1, 4, 2, 5]),
        "shared.head": ([4], [2, 3, 4, 5]),
        "shared.rows": ([2, 2, 2], [4, 6, 8, 10, 16, 18, 20, 22]),
        "scalar": ([], [7]),
        "empty": ([0, 4], []),
        "trained": ([2], [4, 5]),
    ]

    // MARK: - Stream

    /// The three pickles before the object's: magic number, version, system.
    static let streamStart =
        pickle([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]) + pickle(int(1001))
        + pickle(op("}") + text("little_endian") + [0x88] + op("s"))

    /// A stream whose object's pickle is `object`, with storages of float32 by key.
    static func stream(_ object: [UInt8], storages: [(key: String, values: [Float])] = []) -> Data {
        let keys = op("](") + storages.flatMap { text($0.key) } + op("e")
        var file = Data(streamStart + pickle(object) + pickle(keys))
        for storage in storages {
            file += little(UInt64(storage.values.count))
            storage.values.withUnsafeBytes { file.append(contentsOf: $0) }
        }
        return file
    }

    /// A stream with a state dict of float32 tensors.
    static func stream(_ tensors: [(name: String, shape: [Int], values: [Float])]) -> Data {
        var object = op("}(")
        for (index, item) in tensors.enumerated() {
            object += text(item.name) + tensor(storage: "\(index)", count: item.values.count, shape: item.shape)
        }
        let storages = tensors.enumerated().map { (key: "\($0.offset)", values: $0.element.values) }
        return stream(object + op("u"), storages: storages)
    }

    /// A zip archive as `torch.save` writes it, with a state dict of float32 tensors; names of one storage share it.
    static func archive(_ tensors: [(name: String, storage: String)], storages: [String: Tensor]) -> Data {
        var object = op("}(")
        for item in tensors {
            guard let tensor = storages[item.storage] else { continue }
            object += text(item.name)
            object += self.tensor(storage: item.storage, count: tensor.values.count, shape: tensor.shape)
        }
        let entries = storages.sorted { $0.key < $1.key }.map { key, tensor in
            ZipEntry(name: "net/data/\(key)", content: tensor.values.withUnsafeBytes(Array.init))
        }
        return zip([ZipEntry(name: "net/data.pkl", content: pickle(object + op("u")))] + entries)
    }

    struct Tensor {
        let shape: [Int]
        var values: [Float]
    }

    // MARK: - Pickle instructions

    /// A whole pickle of protocol 2.
    static func pickle(_ instructions: [UInt8]) -> [UInt8] { [0x80, 2] + instructions + op(".") }
    static func op(_ characters: String) -> [UInt8] { Array(characters.utf8) }
    static func text(_ text: String) -> [UInt8] { op("X") + little(UInt32(text.utf8.count)) + Array(text.utf8) }
    static func int(_ value: Int) -> [UInt8] { [0x8a, 8] + little(UInt64(bitPattern: Int64(value))) }
    static func ints(_ values: [Int]) -> [UInt8] { op("(") + values.flatMap(int) + op("t") }
    static func global(_ module: String, _ name: String) -> [UInt8] { op("c\(module)\n\(name)\n") }

    static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian, Array.init)
    }

    static func storage(_ key: String, count: Int, type: String = "Float", view: [UInt8] = op("N")) -> [UInt8] {
        op("(") + text("storage") + global("torch", type + "Storage") + text(key) + text("cpu") + int(count) + view
            + op("tQ")
    }

    static func tensor(
        storage key: String, count: Int, shape: [Int], strides: [Int]? = nil, offset: Int = 0
    ) -> [UInt8] {
        let contiguous = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
        return global("torch._utils", "_rebuild_tensor_v2") + op("(") + storage(key, count: count) + int(offset)
            + ints(shape) + ints(strides ?? contiguous) + [0x89] + op("NtR")
    }

    // MARK: - Zip archive

    /// One entry, with what a test may get wrong.
    struct ZipEntry {
        var name: String
        var content: [UInt8] = []
        var method: UInt16 = 0
        var flags: UInt16 = 0
        var localName: String?
        /// In the central directory, where other than true.
        var size: UInt32?
        var offset: UInt32?
        /// Sizes and offset are in a zip64 field.
        var isZip64 = false
    }

    /// - Parameter end: changes count, size and offset of the directory in the end record.
    static func zip(
        _ entries: [ZipEntry], isZip64: Bool = false, comment: String = "",
        end change: (inout (count: UInt64, size: UInt64, offset: UInt64)) -> Void = { _ in }
    ) -> Data {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let offset = UInt32(file.count)
            let name = Array(entry.name.utf8)
            let localName = Array((entry.localName ?? entry.name).utf8)
            let count = UInt32(entry.content.count)
            let versions = little(UInt16(45)) + little(entry.flags) + little(entry.method)
            file += little(UInt32(0x0403_4b50)) + versions + [UInt8](repeating: 0, count: 8) + little(count)
            file += little(count) + little(UInt16(localName.count)) + little(UInt16(0)) + localName + entry.content
            let size = entry.isZip64 ? .max : entry.size ?? count
            var extra: [UInt8] = []
            if entry.isZip64 {
                let numbers = little(UInt64(count)) + little(UInt64(count)) + little(UInt64(offset))
                extra =
                    little(UInt16(0x4246)) + little(UInt16(1)) + [0] + little(UInt16(1)) + little(UInt16(24)) + numbers
            }
            directory += little(UInt32(0x0201_4b50)) + little(UInt16(45)) + versions + [UInt8](repeating: 0, count: 8)
            directory += little(size) + little(size) + little(UInt16(name.count)) + little(UInt16(extra.count))
            directory += [UInt8](repeating: 0, count: 10) + little(entry.isZip64 ? .max : entry.offset ?? offset)
            directory += name + extra
        }
        var end = (count: UInt64(entries.count), size: UInt64(directory.count), offset: UInt64(file.count))
        change(&end)
        file += directory
        if isZip64 {
            let record = UInt64(file.count)
            file += little(UInt32(0x0606_4b50)) + little(UInt64(44)) + [UInt8](repeating: 0, count: 12)
            file += little(end.count) + little(end.count) + little(end.size) + little(end.offset)
            file += little(UInt32(0x0706_4b50)) + little(UInt32(0)) + little(record) + little(UInt32(1))
            end = (0xffff, 0xffff_ffff, 0xffff_ffff)
        }
        file += little(UInt32(0x0605_4b50)) + little(UInt32(0)) + little(UInt16(truncatingIfNeeded: end.count))
        file += little(UInt16(truncatingIfNeeded: end.count)) + little(UInt32(truncatingIfNeeded: end.size))
        file +=
            little(UInt32(truncatingIfNeeded: end.offset)) + little(UInt16(comment.utf8.count)) + Array(comment.utf8)
        return Data(file)
    }
}
