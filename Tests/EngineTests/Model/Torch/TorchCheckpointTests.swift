import Foundation
import TestSupport
import Testing

@testable import Engine

struct TorchCheckpointTests {
    static let files = ["zip", "stream", "wrapped-protocol4", "wrapped-stream"]

    @Test(arguments: files)
    func everyFormat_givesTheValuesThatWereSaved(_ name: String) throws {
        let checkpoint = try TorchCheckpoint(TorchFixture.saved(name), file: name)
        #expect(Set(checkpoint.tensors.keys) == Set(TorchFixture.toy.keys).union(["num_batches_tracked"]))
        for (tensor, saved) in TorchFixture.toy {
            #expect(checkpoint.tensors[tensor]?.shape == saved.shape)
            #expect(try checkpoint.floats(tensor) == saved.values, "\(tensor)")
        }
    }

    @Test func wholeNumbers_areNoWeights() throws {
        let checkpoint = try TorchCheckpoint(TorchFixture.saved("zip"), file: "f")
        let error = try #require(throws: ModelError.self) { _ = try checkpoint.floats("num_batches_tracked") }
        #expect(error.tensor == "num_batches_tracked" && error.reason.contains("torch.LongStorage"))
        #expect(throws: ModelError(file: "f", tensor: "other", reason: "missing")) {
            _ = try checkpoint.floats("other")
        }
    }

    @Test(arguments: [
        ("sparse", "torch._utils._rebuild_sparse_tensor"), ("module", "torch.nn.modules.linear.Linear"),
    ])
    func whatIsNoStateDictOfDenseTensors_isRefusedByItsGlobal(_ name: String, _ global: String) throws {
        let error = try #require(throws: ModelError.self) {
            _ = try TorchCheckpoint(TorchFixture.saved(name), file: name)
        }
        #expect(error.file == name && error.reason.contains(global))
    }

    @Test(arguments: files)
    func everyTruncation_isRefused(_ name: String) throws {
        let whole = try TorchFixture.saved(name)
        for length in 0..<whole.count {
            #expect(throws: ModelError.self, "\(length)") { _ = try TorchCheckpoint(whole.prefix(length), file: "f") }
        }
    }

    /// Any byte may have any value: the file is refused or read, with as many elements as the shapes say.
    @Test(arguments: files)
    func changedBytes_neverCrash(_ name: String) throws {
        let whole = try TorchFixture.saved(name)
        var random = SeededRandom(seed: 7)
        func check(_ data: Data) {
            guard let checkpoint = try? TorchCheckpoint(data, file: "f") else { return }
            for (name, tensor) in checkpoint.tensors {
                guard let values = try? checkpoint.floats(name) else { continue }
                #expect(values.count == tensor.shape.reduce(1, *) && values.count * 2 <= data.count)
            }
        }
        for index in whole.indices {
            for value: UInt8 in [0, 0xff, .random(in: 0...255, using: &random)] {
                var data = whole
                data[index] = value
                check(data)
            }
        }
        for _ in 0..<500 {
            var data = whole
            for _ in 0..<8 {
                data[Int.random(in: 0..<data.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            check(data)
        }
    }

    @Test func infiniteWeights_areRefusedByName() throws {
        let data = TorchFixture.stream([("w", [2], [1, .infinity])])
        let error = try #require(throws: ModelError.self) { _ = try TorchCheckpoint(data, file: "f").floats("w") }
        #expect(error.tensor == "w" && error.reason.contains("NaN"))
    }

    @Test func stateDictBesideOtherTensors_isFound() throws {
        let one = TorchFixture.tensor(storage: "0", count: 1, shape: [1])
        let object =
            TorchFixture.op("}(") + TorchFixture.text("best") + one + TorchFixture.text("model")
            + TorchFixture.op("}(") + TorchFixture.text("w") + one + TorchFixture.op("uu")
        let checkpoint = try TorchCheckpoint(TorchFixture.stream(object, storages: [("0", [3])]), file: "f")
        #expect(Array(checkpoint.tensors.keys) == ["w"])
        #expect(try checkpoint.floats("w") == [3])
    }

    struct Refused: CustomTestStringConvertible {
        let testDescription: String
        let data: Data
        let reason: String
        init(_ what: String, _ data: Data, _ reason: String) {
            testDescription = what
            self.data = data
            self.reason = reason
        }
    }

    private static let w = TorchFixture.tensor(storage: "0", count: 2, shape: [2])
    private static let dictionary = TorchFixture.op("}") + TorchFixture.text("w") + w + TorchFixture.op("s")
    private static let good = TorchFixture.stream(dictionary, storages: [("0", [1, 2])])

    static let refused = [
        Refused("no dictionary", TorchFixture.stream(TorchFixture.op("]")), "no dictionary"),
        Refused(
            "no tensors",
            TorchFixture.stream(TorchFixture.op("}") + TorchFixture.text("epoch") + TorchFixture.op("K\u{3}s")),
            "its members: epoch"),
        Refused("other magic number", Data(TorchFixture.pickle(TorchFixture.int(7))), "neither"),
        Refused(
            "other version", Data(TorchFixture.streamStart[..<15] + TorchFixture.pickle(TorchFixture.int(1002))),
            "version"),
        Refused("storage without bytes", TorchFixture.stream(dictionary), "lacks the bytes"),
        Refused(
            "storage of another size", TorchFixture.stream(dictionary, storages: [("0", [1, 2, 3])]), "has 3 elements"),
        Refused(
            "storage of no tensor", TorchFixture.stream(dictionary, storages: [("0", [1, 2]), ("1", [1])]),
            "no tensor uses"),
        Refused("bytes left over", good + [0], "belong to no storage"),
        Refused(
            "big-endian archive",
            TorchFixture.zip([
                .init(name: "a/data.pkl", content: TorchFixture.pickle(dictionary)),
                .init(name: "a/byteorder", content: Array("big".utf8)),
            ]), "big-endian"),
        Refused("archive without pickle", TorchFixture.zip([.init(name: "a/other")]), "0 entries data.pkl"),
        Refused(
            "archive without storage",
            TorchFixture.zip([.init(name: "a/data.pkl", content: TorchFixture.pickle(dictionary))]),
            "storage 0 is missing"),
        Refused(
            "archive with a short storage",
            TorchFixture.zip([
                .init(name: "a/data.pkl", content: TorchFixture.pickle(dictionary)),
                .init(name: "a/data/0", content: [1, 2, 3, 4]),
            ]), "has 4 bytes"),
    ]

    @Test(arguments: refused)
    func damagedCheckpoint_isRefusedSayingWhy(_ item: Refused) throws {
        #expect(try TorchCheckpoint(TorchCheckpointTests.good, file: "f").floats("w") == [1, 2])
        let error = try #require(throws: ModelError.self) { _ = try TorchCheckpoint(item.data, file: "net.pth") }
        #expect(error.file == "net.pth" && error.reason.contains(item.reason), "\(error)")
    }
}
