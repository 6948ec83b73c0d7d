/// expand (1x1, ReLU6) -> depthwise (k x k, ReLU6) -> project (1x1), plus the input where shapes agree.
struct InvertedResidual: Sendable {
    /// nil where the expansion is 1.
    let expand: PointwiseConvolution?
    let depthwise: DepthwiseConvolution
    let project: PointwiseConvolution
    let hasResidual: Bool

    func outputSize(_ input: MapSize) -> MapSize { depthwise.outputSize(input) }
}
