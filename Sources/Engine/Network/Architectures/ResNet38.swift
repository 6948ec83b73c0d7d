/// ResNet-38, the wide ResNet "A1" of Wu et al. 2019 at stride 8, as AffinityNet and SEAM have it, by the names of
/// their weights (`b5_1.conv_branch2a.weight`).
struct ResNet38: Architecture, Equatable {
    let name: String
    /// Whether SEAM's pixel correlation module (PCM) refines the maps.
    var refines = false
    let outputStrides = [8]
    let classLayer = "fc8"

    static let plain = ResNet38(name: "resnet38")
    static let seam = ResNet38(name: "resnet38-seam", refines: true)
    static let all = [plain, seam]

    /// The trunk's values that other networks read.
    enum Tap {
        /// 512 channels.
        static let conv4 = "conv4"
        /// 1024 channels.
        static let conv5 = "conv5"
    }

    var preprocessing: ModelDescription.Normalisation { .imageNet }
    /// SEAM's class layer has a row for the background, which the module replaces.
    var rowsBeforeClasses: Int { refines ? 1 : 0 }

    func describe(_ graph: inout GraphBuilder, outputStride: Int, classes: Int, bias: Bool) {
        let trunk = ResNet38Trunk(&graph)
        graph.output(NetworkGraph.Output.middle, trunk.conv4)
        graph.output(NetworkGraph.Output.late, trunk.conv5)
        let features = ResNet38Trunk.dropped(&graph, trunk.conv6, "dropout7", 0.5)
        let maps = graph.classLayer(features, classLayer, classes: classes, bias: bias)
        if refines { refine(&graph, trunk, maps) }
    }

    /// Maps carried by the correlation of what the image and two stages of the trunk show. Neither the maps nor the
    /// trunk gets a gradient from there.
    private func refine(_ graph: inout GraphBuilder, _ trunk: ResNet38Trunk, _ maps: NetworkGraph.Value) {
        let image = graph.add("pcm.image", .resizeToGrid, [.image, maps], channels: graph.channels(.image))
        let mid = graph.convolution(graph.constant("pcm.conv4", trunk.conv4), "f8_3", 64, activation: .relu)
        let late = graph.convolution(graph.constant("pcm.conv5", trunk.conv5), "f8_4", 128, activation: .relu)
        let joint = graph.convolution(graph.concatenation("pcm.features", [image, mid, late]), "f9", 192)
        let channels = 1 + graph.channels(maps)
        let dominant = graph.add("pcm.maps", .backgroundAndDominant, [maps], channels: channels)
        let refined = graph.add("pcm.refined", .featureCorrelation, [joint, dominant], channels: channels)
        graph.output(NetworkGraph.Output.refined, refined)
    }

    /// AffinityNet (CVPR 2018) on the same trunk: what a random walk spreads class maps by.
    /// - Parameter radius: of the pairs, in cells.
    static func affinityGraph(radius: Int = 5) throws(GraphFault) -> NetworkGraph {
        var graph = GraphBuilder()
        let trunk = ResNet38Trunk(&graph)
        var projections: [NetworkGraph.Value] = []
        for (name, value, channels) in [
            ("f8_3", trunk.conv4, 64), ("f8_4", trunk.conv5, 128), ("f8_5", trunk.conv6, 256),
        ] {
            let projected = graph.convolution(value, name, channels)
            projections.append(graph.add("\(name).elu", .elu, [projected], channels: channels))
        }
        let joint = graph.convolution(graph.concatenation("affinity.features", projections), "f9", 448)
        let features = graph.add("f9.elu", .elu, [joint], channels: 448)
        graph.output(NetworkGraph.Output.features, features)
        // Its channels are offsets, as many as the grid is wide enough for.
        let affinity = graph.add("affinity", .pairAffinity(PairAffinity(radius: radius)), [features], channels: 0)
        graph.output(NetworkGraph.Output.affinity, affinity)
        return try graph.graph()
    }
}
