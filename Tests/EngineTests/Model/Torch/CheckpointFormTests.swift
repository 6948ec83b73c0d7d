import Foundation
import TestSupport
import Testing

@testable import Engine

/// Checkpoints of a ResNet-18 as different programs write them.
struct CheckpointFormTests {
    private static let classes = ["cat", "dog", "red panda"]
    private static let tensors: [(name: String, tensor: TorchFixture.Tensor)] = {
        guard let graph = try? Architectures.named("resnet18")?.graph(outputStride: 16, classes: 3, bias: true) else {
            return []
        }
        let parameters = RandomParameters(graph)
        return ParameterTable(graph).entries.map { entry in
            let values = (try? parameters.floats(ofGraph: entry.name, shape: entry.shape)) ?? []
            // Classifiers have a matrix.
            let shape = entry.name == "fc.weight" ? Array(entry.shape.prefix(2)) : entry.shape
            return (entry.name, TorchFixture.Tensor(shape: shape, values: values))
        }
    }()

    /// A checkpoint of the network's tensors, each under the names given.
    private static func checkpoint(
        change: (inout [String: TorchFixture.Tensor]) -> Void = { _ in }, names: (String) -> [String] = { [$0] }
    ) -> Data {
        var storages = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
        change(&storages)
        let named = storages.keys.sorted().flatMap { name in names(name).map { (name: $0, storage: name) } }
        return TorchFixture.archive(named, storages: storages)
    }

    private static func imported(_ data: Data, as architecture: String = "resnet18") throws -> ModelImport {
        try ModelImport(data, name: "net.pth", architecture: architecture, classes: classes)
    }

    private static func refusal(_ data: Data, as architecture: String = "resnet18") throws -> ModelError {
        try #require(throws: ModelError.self) { _ = try imported(data, as: architecture) }
    }

    /// IRN's names: of the network, of the stage that runs a layer, and of the group that the optimizer takes.
    private static func namesOfIRN(_ name: String) -> [String] {
        let parts = name.split(separator: ".").map(String.init)
        guard parts[0].hasPrefix("layer"), let stage = Int(parts[0].dropFirst(5)) else { return [name] }
        let place = "\(stage == 1 ? 4 : 0)." + parts.dropFirst().joined(separator: ".")
        return ["resnet50.\(name)", "stage\(stage).\(place)", "backbone.\(stage - 1).\(place)"]
    }

    static let namings: [(String, @Sendable (String) -> [String])] = [
        ("torchvision", { [$0] }), ("module.", { ["module.\($0)"] }), ("timm in Lightning", { ["model.\($0)"] }),
        ("IRN", namesOfIRN),
    ]

    @Test(arguments: namings.indices) func names_ofEveryProgramGiveTheSameModel(_ index: Int) throws {
        let imported = try Self.imported(
            Self.checkpoint(
                change: { $0["bn1.num_batches_tracked"] = .init(shape: [], values: [4]) },
                names: Self.namings[index].1))
        #expect(imported.leftOut.isEmpty, "\(imported.leftOut)")
        let file = try Safetensors(imported.file, file: "out")
        #expect(file.entries.count == Self.tensors.count)
        for (name, tensor) in Self.tensors { #expect(try file.floats(name) == tensor.values, "\(name)") }
        let description = try Model(imported.file, file: "out").description
        #expect(description.classes == Self.classes && description.architecture == "resnet18")
        #expect(description.outputStride == 16 && description.normalisation == .imageNet)
        #expect(description.provenance.data.contains("net.pth"))
    }

    @Test func safetensorsWithCounters_isTaken() throws {
        var writer = SafetensorsWriter()
        for (name, tensor) in Self.tensors {
            writer.append(name, shape: tensor.shape, values: tensor.values, as: .float32)
        }
        writer.append("bn1.num_batches_tracked", shape: [], values: [7], as: .int64)
        #expect(try Self.imported(writer.encoded()).leftOut.isEmpty)
    }

    @Test func classifierWithoutBias_isTaken() throws {
        let imported = try Self.imported(Self.checkpoint(change: { $0["fc.bias"] = nil }))
        #expect(try Safetensors(imported.file, file: "out").entries["fc.bias"] == nil)
    }

    @Test func otherArchitecture_isRefusedWithWhatDoesNotFitAndWhatWould() throws {
        let data = Self.checkpoint()
        for (architecture, misfit) in [
            ("resnet34", "resnet34 needs layer1.2.conv1.weight (missing), "),
            ("resnet50", "resnet50 needs layer1.0.conv1.weight of shape [64, 64, 1, 1] (it has [64, 64, 3, 3]), "),
            ("efficientnet-lite0", "efficientnet-lite0 needs _conv_stem.weight (missing), "),
        ] {
            let reason = try Self.refusal(data, as: architecture).reason
            #expect(reason.hasPrefix(misfit) && reason.hasSuffix(" more; it is of resnet18"), "\(reason)")
        }
    }

    @Test func unusableTensors_areRefusedByFileAndName() throws {
        let cases: [(String, Float, String)] = [
            ("layer2.0.bn1.running_var", -1, "negative variance"), ("layer3.1.conv2.weight", .nan, "NaN"),
            ("fc.bias", .infinity, "infinite"),
        ]
        for (name, value, reason) in cases {
            let error = try Self.refusal(Self.checkpoint(change: { $0[name]?.values[0] = value }))
            #expect(error.file == "net.pth" && error.tensor?.hasSuffix(name) == true, "\(error)")
            #expect(error.reason.contains(reason), "\(error)")
        }
    }

    @Test func truncatedFile_isRefused() throws {
        let data = Self.checkpoint()
        for count in [0, 100, data.count / 2, data.count - 1] {
            #expect(try Self.refusal(data.prefix(count)).file == "net.pth")
        }
    }
}
