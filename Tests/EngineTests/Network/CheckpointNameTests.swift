import Testing

@testable import Engine

struct CheckpointNameTests {
    @Test(arguments: [
        ("module.conv1.weight", "conv1.weight"), ("_orig_mod.module.bn1.running_var", "bn1.running_var"),
        ("backbone.layer1.0.conv1.weight", "layer1.0.conv1.weight"), ("conv1.weight", "conv1.weight"),
        ("model.net.encoder.fc.bias", "fc.bias"), ("module.cls_token", "cls_token"), ("net", "net"), ("", ""),
        ("...", "..."),
        ("Module.conv1.weight", "Module.conv1.weight"),
    ])
    func wrappers_areLeftOut(_ name: String, _ plain: String) {
        #expect(CheckpointName.unwrapped(name) == plain)
    }

    /// timm counts blocks within their stage.
    @Test(arguments: [
        ("conv_stem.weight", "_conv_stem.weight"), ("bn1.running_mean", "_bn0.running_mean"),
        ("blocks.0.0.conv_dw.weight", "_blocks.0._depthwise_conv.weight"),
        ("blocks.0.0.bn2.bias", "_blocks.0._bn2.bias"), ("blocks.1.1.conv_pw.weight", "_blocks.2._expand_conv.weight"),
        ("blocks.6.0.bn3.weight", "_blocks.15._bn2.weight"), ("conv_head.weight", "_conv_head.weight"),
        ("bn2.weight", "_bn1.weight"), ("classifier.bias", "fc.bias"), ("module._fc.weight", "fc.weight"),
        ("_blocks.3._bn1.weight", "_blocks.3._bn1.weight"), ("blocks.9.0.bn3.weight", "blocks.9.0.bn3.weight"),
        ("blocks.-1.0.bn3.weight", "blocks.-1.0.bn3.weight"),
    ])
    func timmsNamesOfEfficientNetLite(_ name: String, _ canonical: String) {
        #expect(EfficientNetLite.all[0].canonicalName(name) == canonical)
    }

    @Test func everyNameOfTimms_hasItsPlace() throws {
        let architecture = EfficientNetLite.all[1]
        let graph = try architecture.graph(outputStride: 32, classes: 2, bias: true)
        var names = ["conv_stem", "bn1", "conv_head", "bn2", "classifier"]
        for (stage, count) in architecture.repeats.enumerated() {
            let layers =
                stage == 0
                ? ["conv_dw", "bn1", "conv_pw", "bn2"] : ["conv_pw", "bn1", "conv_dw", "bn2", "conv_pwl", "bn3"]
            for position in 0..<count { names += layers.map { "blocks.\(stage).\(position).\($0)" } }
        }
        let made = names.compactMap { architecture.canonicalName("\($0).weight") }
        let wanted = ParameterTable(graph).entries.map(\.name).filter { $0.hasSuffix(".weight") }
        #expect(made.sorted() == wanted.sorted())
    }

    /// IRN's checkpoints have each tensor up to three times.
    @Test(arguments: [
        ("resnet50.conv1.weight", "conv1.weight"), ("stage1.0.weight", "conv1.weight"),
        ("backbone.0.0.weight", "conv1.weight"), ("stage1.1.running_var", "bn1.running_var"),
        ("resnet50.layer1.2.bn3.bias", "layer1.2.bn3.bias"), ("stage1.4.2.bn3.bias", "layer1.2.bn3.bias"),
        ("backbone.0.4.2.bn3.bias", "layer1.2.bn3.bias"),
        ("stage3.0.5.conv2.weight", "layer3.5.conv2.weight"),
        ("backbone.3.0.0.downsample.0.weight", "layer4.0.downsample.0.weight"),
        ("module.stage4.0.0.downsample.1.bias", "layer4.0.downsample.1.bias"),
        ("classifier.weight", "classifier.weight"), ("newly_added.0.weight", "classifier.weight"),
    ])
    func irnsNames(_ name: String, _ canonical: String) throws {
        #expect(ResNet.irn.canonicalName(name) == canonical)
        let table = try ParameterTable(ResNet.irn.graph(outputStride: 16, classes: 3, bias: false))
        #expect(table.entries.contains { $0.name == canonical })
    }
}
