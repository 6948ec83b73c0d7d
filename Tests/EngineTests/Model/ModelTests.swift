import Foundation
import Testing
import Text

@testable import Engine

struct ModelTests {
    private static func embeddedFile() throws -> Safetensors {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
                "Models/default.safetensors")
        return try Safetensors(Data(contentsOf: url), file: "default.safetensors")
    }

    /// The default model's file with one change.
    private static func changed(
        metadata change: (inout [String: String]) -> Void = { _ in }, leavingOut tensor: String? = nil,
        replacing: (name: String, shape: [Int], values: [Float])? = nil
    ) throws -> Data {
        let source = try embeddedFile()
        var writer = SafetensorsWriter()
        writer.metadata = source.metadata
        change(&writer.metadata)
        for (name, entry) in source.entries where name != tensor {
            if let replacing, replacing.name == name {
                writer.append(name, shape: replacing.shape, values: replacing.values, as: .float32)
            } else {
                writer.append(name, shape: entry.shape, values: try source.floats(name), as: entry.type)
            }
        }
        return try writer.encoded()
    }

    @Test func embeddedModel_loads() throws {
        let model = try Model.embedded()
        #expect(model.name == "default")
        #expect(model.digest.count == 64)
        #expect(model.description.classes.count == model.description.classes.count)
        for (index, name) in model.description.classes.enumerated() { #expect(model.classIndex(name) == index) }
        #expect(model.classIndex("background") == nil)
    }

    @Test(arguments: [
        ("architecture", "resnet", "efficientnet-lite0"), ("output_stride", "12", "efficientnet-lite0 has 8, 16, 32"),
        ("output_stride", "\"x\"", "whole number"), ("classes", "[]", "0 classes"),
        ("classes", "[\"a\",\"a\"]", "repeated"), ("classes", "[\"a\",\"b\\r\\nc\"]", "class 2, \"b??c\" holds a carriage return"),
        ("classes", "[\"a\\u202eb\"]", "bidirectional"), ("classes", "[\"\(String(repeating: "n", count: 257))\"]", "257 bytes"),
        ("provenance", "{\"data\": \"a\", \"data\": \"b\"}", "provenance"), ("classes", "7", "JSON list"),
        ("normalisation", "{\"mean\":[1,2],\"deviation\":[1,1,1]}", "three means"),
        ("normalisation", "{\"mean\":[1,2,3],\"deviation\":[1,0,1]}", "positive"),
        ("background_score", "{\"binomial\":2,\"none\":0}", "0...1"), ("provenance", "{}", "provenance"),
    ])
    func wrongMetadata_isRefusedNamingTheKey(_ key: String, _ value: String, _ reason: String) throws {
        let data = try ModelTests.changed(metadata: { $0[key] = value })
        let error = try #require(throws: ModelError.self) { _ = try Model(data, file: "m") }
        #expect(error.reason.contains("\"\(key)\""))
        #expect(error.reason.contains(reason))
    }

    @Test func classesThatLookAlike_areTwo_andLabelsAreComparedByBytes() throws {
        let count = try Model.embedded().description.classes.count
        let names = ["caf\u{e9}", "cafe\u{301}"] + (2..<count).map { "c\($0)" }
        let json = String(decoding: try JSONEncoder().encode(names), as: UTF8.self)
        let model = try Model(try ModelTests.changed(metadata: { $0["classes"] = json }), file: "m")
        #expect(try model.classIndices(of: ["cafe\u{301}"]) == [1])
        #expect(throws: UnknownLabels.self) { try model.classIndices(of: ["cafe\u{301}\u{301}"]) }
    }

    @Test func missingMetadata_isRefusedNamingTheKey() throws {
        let data = try ModelTests.changed(metadata: { $0["classes"] = nil })
        let error = try #require(throws: ModelError.self) { _ = try Model(data, file: "m") }
        #expect(error.reason.contains("\"classes\" is missing"))
    }

    @Test func missingTensor_isRefusedByName() throws {
        let data = try ModelTests.changed(leavingOut: "_blocks.3._bn1.running_var")
        let error = try #require(throws: ModelError.self) { _ = try Model(data, file: "m") }
        #expect(error == ModelError(file: "m", tensor: "_blocks.3._bn1.running_var", reason: "missing"))
    }

    @Test func wrongShape_isRefusedByName() throws {
        let data = try ModelTests.changed(replacing: ("_bn0.weight", [31], [Float](repeating: 1, count: 31)))
        let error = try #require(throws: ModelError.self) { _ = try Model(data, file: "m") }
        #expect(error.tensor == "_bn0.weight")
    }

    @Test func negativeVariance_isRefusedByName() throws {
        let data = try ModelTests.changed(
            replacing: ("_bn0.running_var", [32], [-1] + [Float](repeating: 1, count: 31)))
        let error = try #require(throws: ModelError.self) { _ = try Model(data, file: "m") }
        #expect(error.tensor == "_bn0.running_var")
    }

    @Test func missingFile_isRefusedByPath() {
        #expect(throws: ModelError.self) { _ = try Model(contentsOf: "/nonexistent/model.safetensors") }
    }

    @Test func unknownLabel_namesItAndTheNearest() throws {
        let model = try Model.embedded()
        let error = try #require(throws: UnknownLabels.self) { _ = try model.classIndices(of: ["cat", "aeroplan"]) }
        #expect(error.labels.map(\.label) == ["aeroplan"] && error.count == 1)
        #expect(error.labels[0].nearest.first == "aeroplane")
        #expect(error.description.contains("aeroplan"))
        let indices = try model.classIndices(of: ["dog", "cat", "dog"])
        #expect(indices == [model.classIndex("cat"), model.classIndex("dog")].compactMap { $0 })
    }

    @Test func manyUnknownLabels_areCounted_andTheFirstToldWithWhatTheyMayMean() throws {
        let model = try Model.embedded()
        let names = ["Cat", "dgo"] + (0..<20).map { "unicorn \($0)" }
        let error = try #require(throws: UnknownLabels.self) { _ = try model.classIndices(of: names) }
        #expect(error.count == 22 && error.labels.count == 10)
        let text = "22 unknown labels: \"Cat\" (did you mean cat?), \"dgo\" (nearest: dog, "
        #expect(error.description.hasPrefix(text))
        #expect(error.description.hasSuffix("and 12 more"))
    }

    @Test func olderModelsClasses_withSeparators_loadAndAreNeverTakenApart() throws {
        let count = try Model.embedded().description.classes.count
        let names = ["salt, pepper", "a;b", "a:b", "background", " odd"] + (5..<count).map { "c\($0)" }
        let json = String(decoding: try JSONEncoder().encode(names), as: UTF8.self)
        let model = try Model(try ModelTests.changed(metadata: { $0["classes"] = json }), file: "m")
        #expect(try model.classIndices(ofTexts: ["salt, pepper"]) == [0])
        let texts = ["a;b;salt, pepper,c5", "background", " odd", "a:b"]
        #expect(try model.classIndices(ofTexts: texts) == [0, 1, 2, 3, 4, 5])
        #expect(try model.classIndices(ofArray: ["a;b", "c5;c6"]) == [1, 5, 6])
        #expect(try model.classIndices(ofTexts: [""]) == [])
        #expect(throws: LabelList.Fault.tooMany(2, maximum: 1)) {
            try model.classIndices(ofTexts: ["c5,c6"], maximum: 1)
        }
    }
}
