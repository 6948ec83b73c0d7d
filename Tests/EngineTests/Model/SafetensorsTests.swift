import Foundation
import Testing

@testable import Engine

/// Hostile and damaged files: each is refused with a message that names the file, and the tensor where one is at fault.
struct SafetensorsTests {
    private static func file(_ header: String, body: Int = 0, length: UInt64? = nil) -> Data {
        var data = Data()
        withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { data.append(contentsOf: $0) }
        return data + Data(header.utf8) + Data(repeating: 0, count: body)
    }

    private static func tensor(_ name: String, _ shape: String, _ offsets: String, dtype: String = "F32") -> String {
        "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }

    struct Refused: CustomTestStringConvertible {
        let what: String
        let data: Data
        let reason: String
        var tensor: String?
        var testDescription: String { what }
    }

    static let refused = [
        Refused(what: "empty file", data: Data(), reason: "too few"),
        Refused(what: "seven bytes", data: Data(count: 7), reason: "too few"),
        Refused(what: "huge header", data: file("{}", length: 1 << 40), reason: "over the limit"),
        Refused(what: "length beyond Int", data: file("{}", length: .max), reason: "over the limit"),
        Refused(what: "header cut short", data: file("{}", length: 100), reason: "truncated"),
        Refused(what: "no JSON", data: file("{nonsense"), reason: "not the JSON"),
        Refused(what: "list for a header", data: file("[1,2]"), reason: "not the JSON"),
        Refused(
            what: "unknown type", data: file("{\(tensor("w", "[1]", "[0,8]", dtype: "F64"))}", body: 8), reason: "F64",
            tensor: "w"),
        Refused(
            what: "type that weights are not of", data: file("{\(tensor("w", "[8]", "[0,8]", dtype: "U8"))}", body: 8),
            reason: "element type U8", tensor: "w"),
        Refused(
            what: "offsets beyond the end", data: file("{\(tensor("w", "[2]", "[0,8]"))}", body: 4), reason: "outside",
            tensor: "w"),
        Refused(
            what: "offsets backwards", data: file("{\(tensor("w", "[1]", "[4,0]"))}", body: 4), reason: "outside",
            tensor: "w"),
        Refused(
            what: "negative offset", data: file("{\(tensor("w", "[1]", "[-4,0]"))}", body: 4), reason: "outside",
            tensor: "w"),
        Refused(
            what: "one offset", data: file("{\(tensor("w", "[1]", "[0]"))}", body: 4), reason: "outside", tensor: "w"),
        Refused(
            what: "negative side", data: file("{\(tensor("w", "[-1]", "[0,4]"))}", body: 4), reason: "impossible shape",
            tensor: "w"),
        Refused(
            what: "shape that overflows",
            data: file("{\(tensor("w", "[4611686018427387904,4611686018427387904]", "[0,4]"))}", body: 4),
            reason: "impossible shape", tensor: "w"),
        Refused(
            what: "shape and offsets differ", data: file("{\(tensor("w", "[3]", "[0,8]"))}", body: 8),
            reason: "needs 12 bytes", tensor: "w"),
        Refused(
            what: "overlap", data: file("{\(tensor("a", "[2]", "[0,8]")),\(tensor("b", "[2]", "[4,12]"))}", body: 12),
            reason: "overlap", tensor: "b"),
        Refused(
            what: "same bytes twice",
            data: file("{\(tensor("a", "[2]", "[0,8]")),\(tensor("b", "[2]", "[0,8]"))}", body: 8), reason: "overlap"),
        Refused(
            what: "hole", data: file("{\(tensor("a", "[1]", "[0,4]")),\(tensor("b", "[1]", "[8,12]"))}", body: 12),
            reason: "unclaimed", tensor: "b"),
        Refused(
            what: "bytes left over", data: file("{\(tensor("a", "[1]", "[0,4]"))}", body: 8),
            reason: "belong to no tensor"),
    ]

    @Test(arguments: refused)
    func damagedFile_isRefusedNamingFileAndTensor(_ item: Refused) throws {
        let error = try #require(throws: ModelError.self) { _ = try Safetensors(item.data, file: "model.safetensors") }
        #expect(error.reason.contains(item.reason))
        #expect(error.description.contains("model.safetensors"))
        if let tensor = item.tensor {
            #expect(error.tensor == tensor)
            #expect(error.description.contains(tensor))
        }
    }

    @Test func everyTruncation_isRefused() throws {
        var writer = SafetensorsWriter()
        writer.append("a", shape: [2, 3], values: [1, 2, 3, 4, 5, 6], as: .float32)
        writer.append("b", shape: [2], values: [7, 8], as: .float16)
        let whole = try writer.encoded()
        #expect(try Safetensors(whole, file: "f").entries.count == 2)
        for length in 0..<whole.count {
            #expect(throws: ModelError.self) { _ = try Safetensors(whole.prefix(length), file: "f") }
        }
    }

    @Test func writtenValues_areReadBackInEveryType() throws {
        let values: [Float] = [0, -1, 0.5, 65504, 1.5e-5, 3]
        var writer = SafetensorsWriter()
        writer.metadata = ["key": "value with \"quotes\" and ü"]
        writer.append("single", shape: [2, 3], values: values, as: .float32)
        writer.append("half", shape: [6], values: values, as: .float16)
        writer.append("brain", shape: [6], values: values, as: .bfloat16)
        let file = try Safetensors(try writer.encoded(), file: "f")
        #expect(file.metadata == writer.metadata)
        #expect(try file.floats("single", shape: [2, 3]) == values)
        #expect(try file.floats("half") == values.map { Float(Float16($0)) })
        #expect(try file.floats("brain") == values.map { Float(bitPattern: $0.bitPattern & 0xffff_0000) })
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func weightsThatAreNoNumbers_areRefused(_ value: Float) throws {
        var writer = SafetensorsWriter()
        writer.append("w", shape: [2], values: [1, value], as: .float32)
        let file = try Safetensors(try writer.encoded(), file: "f")
        let error = try #require(throws: ModelError.self) { _ = try file.floats("w") }
        #expect(error.tensor == "w")
        #expect(error.reason.contains("NaN"))
    }

    @Test func otherShapeThanTheArchitectureNeeds_isRefused() throws {
        var writer = SafetensorsWriter()
        writer.append("w", shape: [2, 2], values: [1, 2, 3, 4], as: .float32)
        let file = try Safetensors(try writer.encoded(), file: "f")
        #expect(throws: ModelError(file: "f", tensor: "w", reason: "has shape [2, 2], the architecture needs [4]")) {
            _ = try file.floats("w", shape: [4])
        }
        #expect(throws: ModelError(file: "f", tensor: "v", reason: "missing")) { _ = try file.floats("v") }
    }
}
