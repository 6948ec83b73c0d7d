import Foundation
import Testing

@testable import Engine

/// Hostile pickles: nothing of them is run, and none costs more than its bytes.
struct PickleMachineTests {
    private typealias Torch = TorchFixture

    private static func run(_ bytes: [UInt8], storageBytes: Int = 1000) throws(ModelError) -> (PickleValue, PickleHeap)
    {
        let cursor = ByteCursor(Data(bytes), 0..<bytes.count, file: "f")
        var machine = PickleMachine(cursor, maximumStorageBytes: storageBytes)
        return (try machine.run(), machine.heap)
    }

    struct Refused: CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let reason: String
        init(_ what: String, _ bytes: [UInt8], _ reason: String) {
            testDescription = what
            self.bytes = bytes
            self.reason = reason
        }
    }

    static let refused = [
        // What asks for code.
        Refused("os.system by GLOBAL and REDUCE", Array("cos\nsystem\n(S'true'\ntR.".utf8), "global os.system"),
        Refused(
            "posix.system by STACK_GLOBAL",
            [0x80, 4, 0x8c, 5] + Array("posix".utf8) + [0x94, 0x8c, 6] + Array("system".utf8)
                + [0x94, 0x93, 0x94, 0x8c, 4] + Array("true".utf8) + [0x94, 0x85, 0x94, 0x52, 0x94, 0x2e],
            "global posix.system"),
        Refused(
            "os.system by INST", Torch.op("(") + Torch.text("true") + Torch.op("ios\nsystem\n."), "global os.system"),
        Refused("eval", Torch.pickle(Torch.global("__builtin__", "eval")), "__builtin__.eval"),
        Refused(
            "attribute of an attribute", Torch.pickle(Torch.global("torch", "Size.__class__")), "torch.Size.__class__"),
        Refused("another function of torch._utils", Torch.pickle(Torch.global("torch._utils", "_import")), "_import"),
        Refused("quantized tensor", Torch.pickle(Torch.global("torch._utils", "_rebuild_qtensor")), "_rebuild_qtensor"),
        Refused("quantized storage", Torch.pickle(Torch.global("torch", "QInt8Storage")), "QInt8Storage"),
        Refused("no name before Storage", Torch.pickle(Torch.global("torch", "Storage")), "torch.Storage"),
        Refused("global of a list's name", Torch.pickle(Torch.op("]") + Torch.text("x") + [0x93]), "no text"),
        Refused("escape codes in a name", Torch.pickle(Torch.global("a\u{1b}[2J", "b")), "a?[2J.b"),
        Refused("extension registry", Torch.pickle([0x82, 1]), "instruction 82"),
        Refused("NEWOBJ", Torch.pickle(Torch.global("torch", "Size") + Torch.op(")") + [0x81]), "instruction 81"),
        Refused(
            "call of a storage's type", Torch.pickle(Torch.global("torch", "FloatStorage") + Torch.op(")R")), "calls"),
        Refused("call of text", Torch.pickle(Torch.text("x") + Torch.op(")R")), "no function"),
        Refused("attributes of a function", Torch.pickle(Torch.global("torch", "Size") + Torch.op("}b")), "attributes"),
        Refused("persistent id as text", Torch.pickle(Torch.op("P1\n")), "instruction 50"),
        // Lengths and counts.
        Refused("text of 2^63 bytes", Torch.pickle([0x8d] + Torch.little(UInt64(1) << 63)), "truncated"),
        Refused("text of 2^64 - 1 bytes", Torch.pickle([0x8d] + Torch.little(UInt64.max)), "truncated"),
        Refused("bytes of 2^62", Torch.pickle([0x8e] + Torch.little(UInt64(1) << 62)), "truncated"),
        Refused("text of 4 GB", Torch.pickle(Torch.op("X") + Torch.little(UInt32.max)), "truncated"),
        Refused("text that is not UTF-8", Torch.pickle(Torch.op("U") + [1, 0xff]), "UTF-8"),
        Refused("name without an end", Torch.op("ctorch"), "does not end"),
        Refused("memo bomb", Torch.op("N") + [UInt8](repeating: 0x94, count: 4) + memoBomb(1_000_001), "memo"),
        Refused("a million values", [UInt8](repeating: 0x4e, count: 1_000_001), "too many values"),
        Refused("a million marks", [UInt8](repeating: 0x28, count: 1_000_001), "too many marks"),
        Refused("a million containers", (0..<1_000_001).flatMap { _ in [0x29, 0x85] as [UInt8] }, "too many"),
        Refused("a pickle without an end", endless, "longer than"),
        // The stack.
        Refused("nothing", Torch.op("."), "empty stack"),
        Refused("value below a mark", Torch.op("N(."), "empty stack"),
        Refused("no mark", Torch.op("Nt."), "lacks a mark"),
        Refused("appending across a mark", Torch.op("](Na."), "empty stack"),
        Refused("appending to itself as a tuple", Torch.op(")Na."), "no list"),
        Refused("key without a value", Torch.op("}(Nu."), "key without a value"),
        Refused("member of a list", Torch.op("]NNs."), "no dictionary"),
        Refused("memo that is not there", Torch.op("h") + [7], "memo 7"),
        Refused("protocol 0", [0x80, 0], "protocol 0"),
        Refused("protocol 6", [0x80, 6], "protocol 6"),
        // Storages and tensors.
        Refused("storage larger than the file", Torch.pickle(Torch.storage("0", count: 251)), "larger than the file"),
        Refused("storage of 2^63 - 1", Torch.pickle(Torch.storage("0", count: .max)), "larger than the file"),
        Refused("storage of fewer than none", Torch.pickle(Torch.storage("0", count: -1)), "larger than the file"),
        Refused(
            "view of a storage", Torch.pickle(Torch.storage("0", count: 1, view: Torch.ints([1]))), "view of another"),
        Refused(
            "storage of two types",
            Torch.pickle(Torch.storage("0", count: 1) + Torch.storage("0", count: 1, type: "Half")), "announced twice"),
        Refused("persistent id that is no tuple", Torch.pickle(Torch.op("NQ")), "persistent id"),
        Refused("tensor without arguments", rebuild(Torch.op(")")), "other arguments"),
        Refused("tensor of a number", rebuild(Torch.ints([1, 2, 3, 4, 5, 6])), "other arguments"),
        Refused(
            "tensor beyond its storage", Torch.pickle(Torch.tensor(storage: "0", count: 5, shape: [6])),
            "not lie inside"),
        Refused(
            "expanded tensor", Torch.pickle(Torch.tensor(storage: "0", count: 1, shape: [1 << 40], strides: [0])),
            "repeats"),
    ]

    private static let endless = (0..<1100).flatMap { _ in Torch.text(String(repeating: "x", count: 16_000)) }
    private static func rebuild(_ arguments: [UInt8]) -> [UInt8] {
        Torch.pickle(Torch.global("torch._utils", "_rebuild_tensor_v2") + arguments + Torch.op("R"))
    }
    private static func memoBomb(_ count: UInt32) -> [UInt8] {
        (0..<count).flatMap { Torch.op("r") + Torch.little($0 + 9) }
    }

    @Test(arguments: refused)
    func hostilePickle_isRefusedSayingWhy(_ item: Refused) throws {
        let error = try #require(throws: ModelError.self) { _ = try PickleMachineTests.run(item.bytes) }
        #expect(error.reason.contains(item.reason), "\(error.reason)")
    }

    @Test func deepNesting_costsNoStack() throws {
        // [[[...]]]: lists that each hold the next, and tuples around them.
        let depth = 300_000
        let bytes =
            [UInt8](repeating: 0x5d, count: depth) + [UInt8](repeating: 0x61, count: depth - 1)
            + [UInt8](repeating: 0x85, count: depth) + Torch.op(".")
        let (value, heap) = try PickleMachineTests.run(bytes)
        guard case .tuple = value else { throw ModelError(file: "f", tensor: nil, reason: "no tuple") }
        #expect(heap.sequences.count == 2 * depth)
    }

    @Test func listInsideItself_isHarmless() throws {
        let (value, heap) = try PickleMachineTests.run(Torch.op("]q\u{0}h\u{0}ah\u{0}a."))
        guard case .list(let index) = value else { throw ModelError(file: "f", tensor: nil, reason: "no list") }
        #expect(heap.sequences[index].count == 2)
    }

    /// A container that was memorised while empty is the same container once it is full.
    @Test func memorisedContainer_isSharedNotCopied() throws {
        let (value, heap) = try PickleMachineTests.run(
            Torch.pickle(Torch.op("}q\u{0}") + Torch.text("a") + Torch.op("K\u{1}sh\u{0}") + [0x86]))
        guard case .tuple(let pair) = value else { throw ModelError(file: "f", tensor: nil, reason: "no tuple") }
        for member in heap.sequences[pair] { #expect(heap.members(member)?.keys.sorted() == ["a"]) }
    }

    @Test(arguments: [0, 1, -1, 255, -256, 1 << 40, Int.min, Int.max])
    func integers_keepTheirSign(_ number: Int) throws {
        guard case .integer(let read) = try PickleMachineTests.run(Torch.pickle(Torch.int(number))).0 else {
            throw ModelError(file: "f", tensor: nil, reason: "no integer")
        }
        #expect(read == number)
    }

    @Test func shortestIntegers_areRead() throws {
        for (bytes, expected) in [([0x8a, 0], 0), ([0x8a, 1, 0xff], -1), ([0x8a, 2, 0xff, 0], 255)] as [([UInt8], Int)]
        {
            guard case .integer(expected) = try PickleMachineTests.run(Torch.pickle(bytes)).0 else {
                Issue.record("\(bytes) is not \(expected)")
                continue
            }
        }
    }
}
