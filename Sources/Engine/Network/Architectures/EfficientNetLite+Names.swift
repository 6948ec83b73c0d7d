/// Names of timm's checkpoints (`tf_efficientnet_lite0` and its siblings), whose blocks are counted within their stage,
/// and of the classifier of lukemelas' port, whose names are otherwise the graph's.
extension EfficientNetLite {
    func plainName(_ name: String) -> String? {
        let parts = name.split(separator: ".", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2, let layer = EfficientNetLite.outerLayers[parts[0]] { return "\(layer).\(parts[1])" }
        guard parts.count == 5, parts[0] == "blocks", let stage = Int(parts[1]), let position = Int(parts[2]),
            repeats.indices.contains(stage), (0..<repeats[stage]).contains(position)
        else { return name }
        // The first stage does not expand: its depthwise convolution comes first.
        let layers = stage == 0 ? EfficientNetLite.separableLayers : EfficientNetLite.residualLayers
        guard let layer = layers[parts[3]] else { return name }
        return "_blocks.\(repeats[..<stage].reduce(position, +)).\(layer).\(parts[4])"
    }

    private static let outerLayers = [
        "conv_stem": "_conv_stem", "bn1": "_bn0", "conv_head": "_conv_head", "bn2": "_bn1", "classifier": "fc",
        "_fc": "fc",
    ]
    private static let separableLayers = [
        "conv_dw": "_depthwise_conv", "bn1": "_bn1", "conv_pw": "_project_conv", "bn2": "_bn2",
    ]
    private static let residualLayers = [
        "conv_pw": "_expand_conv", "bn1": "_bn0", "conv_dw": "_depthwise_conv", "bn2": "_bn1",
        "conv_pwl": "_project_conv", "bn3": "_bn2",
    ]
}
