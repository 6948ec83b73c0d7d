import Crypto
import Foundation
import Testing

@testable import Engine

struct BackboneImportTests {
    private typealias Tensors = [(name: String, shape: [Int], values: [Float])]
    private static let lite0 = "efficientnet-lite0"

    /// The default model's weights: all that the architecture needs, with `fc.weight`.
    private static func weights() throws -> Tensors {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: repository.appendingPathComponent("Models/default.safetensors"))
        let file = try Safetensors(data, file: "default")
        return try file.entries.keys.sorted().map { ($0, file.entries[$0]!.shape, try file.floats($0)) }
    }

    private static func safetensors(_ tensors: Tensors) throws -> Data {
        var writer = SafetensorsWriter()
        for tensor in tensors { writer.append(tensor.name, shape: tensor.shape, values: tensor.values, as: .float32) }
        return try writer.encoded()
    }

    @Test func checkpointOfTorch_becomesABackboneThatLoads() throws {
        let weights = try BackboneImportTests.weights()
        let renamed = weights.map { ("module." + ($0.name.hasPrefix("fc.") ? "_" : "") + $0.name, $0.shape, $0.values) }
        let checkpoint = TorchFixture.stream(
            renamed + [("module._bn0.num_batches_tracked", [1], [5]), ("ema", [1], [1])])
        let imported = try BackboneImport(checkpoint, name: "net.pth", architecture: BackboneImportTests.lite0)
        #expect(imported.leftOut == ["ema"])
        #expect(imported.tensorCount == weights.count)

        let file = try Safetensors(imported.file, file: "out")
        #expect(file.entries.count == weights.count)
        for tensor in weights {
            #expect(try file.floats(tensor.name, shape: tensor.shape) == tensor.values, "\(tensor.name)")
        }
        #expect(file.entries.values.allSatisfy { $0.type == .float32 })
        #expect(file.metadata["architecture"] == "efficientnet-lite0" && file.metadata["source"] == "net.pth")
        #expect(file.metadata["source_sha256"] == SHA256.hash(data: checkpoint).hexDigits)
        let normalisation = try JSONDecoder().decode(
            ModelDescription.Normalisation.self, from: Data(try #require(file.metadata["normalisation"]).utf8))
        #expect(normalisation == .init(mean: [127, 127, 127], deviation: [128, 128, 128]))

        let description = try Model.embedded().description
        let packed = try Model.pack(weights: imported.file, file: "out", description: description)
        #expect(try Model(packed, file: "packed").description.classes.count == description.classes.count)
    }

    @Test func safetensorsFile_givesTheSameAsTorch() throws {
        let weights = try BackboneImportTests.weights().filter { !$0.name.hasPrefix("fc.") }
        let one = try BackboneImport(
            BackboneImportTests.safetensors(weights), name: "a", architecture: BackboneImportTests.lite0)
        let other = try BackboneImport(
            TorchFixture.stream(weights), name: "a", architecture: BackboneImportTests.lite0)
        #expect(one.tensorCount == weights.count && one.leftOut.isEmpty && one.sourceDigest != other.sourceDigest)
        let (oneFile, otherFile) = (try Safetensors(one.file, file: "a"), try Safetensors(other.file, file: "a"))
        for tensor in weights { #expect(try oneFile.floats(tensor.name) == otherFile.floats(tensor.name)) }
    }

    @Test func missingTensor_isRefusedByName() throws {
        let weights = try BackboneImportTests.weights().filter { $0.name != "_blocks.7._bn1.running_mean" }
        let error = try #require(throws: ModelError.self) {
            _ = try BackboneImport(
                BackboneImportTests.safetensors(weights), name: "n", architecture: BackboneImportTests.lite0)
        }
        #expect(error.tensor == "_blocks.7._bn1.running_mean")
        #expect(
            error.reason.contains("lite0 needs _blocks.7._bn1.running_mean (missing); it is of no arch"), "\(error)")
    }

    @Test(arguments: EfficientNetLite.all.dropFirst())
    func otherArchitecture_isRefusedByShape(_ architecture: EfficientNetLite) throws {
        let data = try BackboneImportTests.safetensors(BackboneImportTests.weights())
        let error = try #require(throws: ModelError.self) {
            _ = try BackboneImport(data, name: "n", architecture: architecture.name)
        }
        #expect(error.tensor?.hasPrefix("_blocks.") == true && error.reason.contains("\(architecture.name) needs"))
        #expect(error.reason.contains("it is of efficientnet-lite0"))
    }

    @Test func unusableValues_areRefusedByName() throws {
        let weights = try BackboneImportTests.weights()
        for (name, value) in [("_bn1.running_var", -1), ("_conv_head.weight", .nan)] as [(String, Float)] {
            var changed = weights
            let index = try #require(changed.firstIndex { $0.name == name })
            changed[index].values[0] = value
            let error = try #require(throws: ModelError.self) {
                _ = try BackboneImport(
                    TorchFixture.stream(changed), name: "n", architecture: BackboneImportTests.lite0)
            }
            #expect(error.tensor == name)
        }
    }

    /// IRN's checkpoints have each tensor up to three times.
    @Test func tensorThatIsThereTwice_isTakenOnce_andRefusedWhereTheyDiffer() throws {
        let weights = try BackboneImportTests.weights()
        let again = weights.map { (name: "module.\($0.name)", shape: $0.shape, values: $0.values) }
        let imported = try BackboneImport(
            TorchFixture.stream(weights + again), name: "n", architecture: BackboneImportTests.lite0)
        #expect(imported.tensorCount == weights.count && imported.leftOut.isEmpty)

        var changed = again
        changed[3].values[0] += 1
        let error = try #require(throws: ModelError.self) {
            _ = try BackboneImport(
                TorchFixture.stream(weights + changed), name: "n", architecture: BackboneImportTests.lite0)
        }
        #expect(error.tensor == weights[3].name && error.reason.contains("is there twice with other values, as"))
    }

    @Test func whatIsNoCheckpoint_isRefusedByItsName() throws {
        for data in [Data(), Data("hello, I am no checkpoint".utf8), Data([0x80]), Data("PK\u{3}\u{4}".utf8)] {
            let error = try #require(throws: ModelError.self) {
                _ = try BackboneImport(data, name: "net.pth", architecture: BackboneImportTests.lite0)
            }
            #expect(error.file == "net.pth")
        }
    }
}

/// With the weights that the project keeps beside the repository.
@Suite(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
struct BackboneImportSharedTests {
    @Test func imageNetClassifier_isKept() throws {
        let data = try Shared.data("weights/efficientnet-lite0-imagenet.safetensors")
        let source = try Safetensors(data, file: "source")
        let imported = try BackboneImport(
            data, name: "source", architecture: "efficientnet-lite0")
        let file = try Safetensors(imported.file, file: "out")
        #expect(imported.leftOut.isEmpty && file.entries.count == source.entries.count)
        for name in source.entries.keys {
            let graphName = name.hasPrefix("_fc.") ? String(name.dropFirst()) : name
            #expect(try file.floats(graphName) == source.floats(name), "\(name)")
        }
    }
}
