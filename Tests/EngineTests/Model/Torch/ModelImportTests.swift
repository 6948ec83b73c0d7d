import Foundation
import Testing

@testable import Engine

/// Classifiers' checkpoints, under the names that other libraries give their tensors.
struct ModelImportTests {
    private static let classes = ["cat", "dog", "cow"]
    private typealias Tensors = [(name: String, shape: [Int], values: [Float])]

    private func tensors(_ name: String, classes: Int = classes.count, bias: Bool = true) throws -> Tensors {
        let architecture = try #require(Architectures.named(name))
        let graph = try architecture.graph(outputStride: architecture.usualStride, classes: classes, bias: bias)
        let parameters = RandomParameters(graph)
        return try ParameterTable(graph).entries.map {
            ($0.name, $0.shape, try parameters.floats(ofGraph: $0.name, shape: $0.shape))
        }
    }

    private func imported(_ tensors: Tensors, as name: String, classes: [String] = classes) throws -> ModelImport {
        try ModelImport(TorchFixture.stream(tensors), name: "net.pth", architecture: name, classes: classes)
    }

    @Test(arguments: ["", "module.", "module._orig_mod.backbone."])
    func torchvisionsNames_makeAModel_whateverIsPutAroundThem(_ prefix: String) throws {
        let tensors = try tensors("resnet18")
        // A classifier's layer is a matrix.
        let checkpoint = tensors.map { (prefix + $0.name, $0.name == "fc.weight" ? [3, 512] : $0.shape, $0.values) }
        let made = try imported(
            checkpoint + [("bn1.num_batches_tracked", [1], [7]), ("ema.decay", [1], [1])], as: "resnet18")
        #expect(made.leftOut == ["ema.decay"])
        let model = try Model(made.file, file: "made")
        #expect(model.description.classes == Self.classes && model.description.outputStride == 16)
        #expect(model.description.normalisation == .imageNet && model.classBias?.count == 3)
        #expect(model.description.provenance.data.contains("net.pth, SHA-256 "))

        let size = MapSize(height: 40, width: 33)
        let input = RandomParameters.input(size)
        let parameters = RandomParameters(model.graph)
        let expected = try parameters.interpreter(model.graph).forward(input, rows: 40, columns: 33)
        let found = model.makePass()(input, size, ThreadTeam(size: 1))
        let bias = try #require(model.classBias)
        let maps = try #require(expected[NetworkGraph.Output.maps]).values.enumerated().map {
            $1 + bias[$0 / found.size.count]
        }
        #expect(relativeDifference(found.logits, maps) < 1e-4)
    }

    @Test func irnsCheckpoint_hasEachTensorThreeTimes_andNoBias() throws {
        let tensors = try tensors("resnet50-irn", bias: false)
        let checkpoint = tensors.flatMap { tensor -> Tensors in
            guard !tensor.name.hasPrefix("classifier") else {
                return [tensor, ("1.0.weight", tensor.shape, tensor.values)]
            }
            return [("resnet50.\(tensor.name)", tensor.shape, tensor.values)]
        }
        let made = try imported(checkpoint, as: "resnet50-irn")
        #expect(try Model(made.file, file: "made").classBias == nil)
    }

    @Test func rowOfSEAMsBackground_isLeftOut() throws {
        let tensors = try tensors("resnet38-seam", classes: 4, bias: false)
        let made = try imported(tensors, as: "resnet38-seam")
        let weights = try #require(tensors.first { $0.name == "fc8.weight" }).values
        #expect(try Safetensors(made.file, file: "made").floats("fc8.weight") == Array(weights[4096...]))
    }

    @Test(arguments: [
        ("resnet18", "resnet50", "it is of resnet18"),
        ("resnet50", "resnet18", "layer1.0.conv1.weight of shape [64, 64, 3, 3] (it has [64, 64, 1, 1])"),
        ("resnet50", "resnet50-irn", "resnet50-irn needs classifier.weight (missing); it is of resnet50"),
        ("resnet34", "resnet18", "resnet18 has no place for layer1.2.bn1.bias, layer1.2.bn1.running_mean, "),
    ])
    func checkpointOfAnotherArchitecture_isToldWhichItIs(_ own: String, _ asked: String, _ reason: String) throws {
        let tensors = try tensors(own)
        let error = try #require(throws: ModelError.self) { _ = try imported(tensors, as: asked) }
        #expect(error.file == "net.pth" && error.reason.contains(reason), "\(error)")
    }

    @Test func otherNumberOfClasses_andNoClassLayer_areRefused() throws {
        let tensors = try tensors("resnet18")
        let many = try #require(throws: ModelError.self) { _ = try imported(tensors, as: "resnet18", classes: ["cat"]) }
        #expect(many.tensor == "fc.weight" && many.reason == "has 3 rows, and 1 classes are given")
        let none = try #require(throws: ModelError.self) {
            _ = try imported(tensors.filter { !$0.name.hasPrefix("fc") }, as: "resnet18")
        }
        #expect(none.tensor == "fc.weight" && none.reason.contains("no class layer"))
    }

    @Test func strideThatTheArchitectureHasNot_isRefused() throws {
        let data = TorchFixture.stream(try tensors("resnet18"))
        let error = try #require(throws: ModelError.self) {
            _ = try ModelImport(
                data, name: "net.pth", architecture: "resnet18", outputStride: 4, classes: Self.classes)
        }
        #expect(error.reason.contains("\"output_stride\" is 4; resnet18 has 8, 16, 32"))
    }
}
