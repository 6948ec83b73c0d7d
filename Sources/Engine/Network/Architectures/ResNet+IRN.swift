/// IRN's CAM network (Ahn et al., CVPR 2019): the last stage runs at stride 1 without dilating, and the class layer has
/// no bias.
extension ResNet {
    static let irn = ResNet(
        name: "resnet50-irn", block: .bottleneck, repeats: [3, 4, 6, 3], outputStrides: [16], dilates: false,
        classLayer: "classifier")

    /// A tensor of IRN's checkpoints by torchvision's name. They have each tensor up to three times: in the network
    /// (`resnet50.layer1.0.conv1.weight`), in the stage that runs it (`stage1.4.0.conv1.weight`), and in the group that
    /// the optimizer takes, `backbone`, whose name is gone (`0.4.0.conv1.weight`). Other names stay as they are.
    static func nameWithoutStages(_ name: String) -> String {
        var parts = name.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        switch parts[0] {
        case "resnet50": return parts.dropFirst().joined(separator: ".")
        case "newly_added" where parts.count > 2 && parts[1] == "0":
            return (["classifier"] + parts[2...]).joined(separator: ".")
        case "0", "1", "2", "3": parts[0] = "stage\((Int(parts[0]) ?? 0) + 1)"
        default: break
        }
        guard parts.count > 2 else { return name }
        let rest = parts[2...].joined(separator: ".")
        switch (parts[0], parts[1]) {
        case ("stage1", "0"): return "conv1.\(rest)"
        case ("stage1", "1"): return "bn1.\(rest)"
        case ("stage1", "4"): return "layer1.\(rest)"
        case ("stage2", "0"), ("stage3", "0"), ("stage4", "0"): return "layer\(parts[0].dropFirst(5)).\(rest)"
        default: return name
        }
    }
}
