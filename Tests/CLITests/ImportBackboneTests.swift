import Foundation
import TestSupport
import Testing

@Suite struct ImportBackboneTests {
    private static let models = Picture.repository.appendingPathComponent("Models")

    @Test func importedBackbone_packsIntoAModelThatLoads() throws {
        let directory = try TemporaryDirectory()
        let source = Self.models.appendingPathComponent("default.safetensors").path
        let (backbone, packed) = (directory.path("backbone.safetensors"), directory.path("packed.safetensors"))
        let result = try pseudolabel(
            "import-backbone", source, "--architecture", "efficientnet-lite0", "--out", backbone)
        #expect(
            result.status == 0 && result.output.isEmpty && result.errors.contains("246 tensors"), "\(result.errors)")
        let packing = try pseudolabel(
            "pack-model", backbone, "--description", Self.models.appendingPathComponent("default.json").path,
            "--out", packed)
        #expect(packing.status == 0, "\(packing.errors)")
        #expect(try pseudolabel("models", "--model", packed).status == 0)
    }

    @Test func hostileCheckpoint_isRefusedNamingItsGlobalAndRunsNothing() throws {
        let directory = try TemporaryDirectory()
        let trace = directory.path("trace")
        // The stream's magic number, then os.system("touch trace").
        let start: [UInt8] = [
            0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e, 0x80, 2,
        ]
        let command = "touch \(trace)"
        let call =
            Array("cos\nsystem\nX".utf8) + [UInt8(command.utf8.count), 0, 0, 0] + Array(command.utf8)
            + [0x85, 0x52, 0x2e]
        let checkpoint = directory.path("evil.pth")
        try Data(start + call).write(to: URL(fileURLWithPath: checkpoint))
        let result = try pseudolabel(
            "import-backbone", checkpoint, "--architecture", "efficientnet-lite0", "--out", directory.path("out"))
        #expect(result.status == 1 && result.errors.contains("evil.pth") && result.errors.contains("os.system"))
        #expect(!directory.exists("out") && !directory.exists("trace"))
    }

    @Test(arguments: [
        ("zip.pth", "efficientnet-lite0", "_conv_stem.weight"),
        ("sparse.pth", "efficientnet-lite0", "_rebuild_sparse_tensor"),
        ("zip.pth", "resnet", "known are efficientnet-lite0, "), ("zip.pth", "resnet18", "conv1.weight (missing)"),
        ("missing.pth", "efficientnet-lite0", "missing.pth"),
    ])
    func wrongInput_isRefusedSayingWhy(_ file: String, _ architecture: String, _ reason: String) throws {
        let directory = try TemporaryDirectory()
        let path = Picture.repository.appendingPathComponent("Tests/Fixtures/torch/\(file)").path
        let result = try pseudolabel(
            "import-backbone", path, "--architecture", architecture, "--out", directory.path("out"))
        #expect(result.status != 0 && result.errors.contains(reason), "\(result.errors)")
        #expect(!directory.exists("out"))
    }
}
