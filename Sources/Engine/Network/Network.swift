/// A CAM network's layers in their order: EfficientNet-Lite trunk, then one 1x1 convolution to class logits, *before* any
/// pooling. `BlockedNetwork`, which labels pictures, and `TrainableTrunk` pack its weights and run it.
public struct Network: Sendable {
    public let architecture: EfficientNetLite
    /// Input pixels a cell of the output map: 8, 16 or 32.
    public let outputStride: Int
    public let classCount: Int
    let stem: Convolution
    let blocks: [InvertedResidual]
    let head: PointwiseConvolution
    let classifier: PointwiseConvolution
}
