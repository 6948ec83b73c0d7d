/// Output size and leading padding of a convolution with TensorFlow's "same" padding, along one axis.
///
/// out = ceil(in / stride); the padding that this needs is split with the larger half behind.
struct SamePadding: Equatable {
    let output: Int
    let leading: Int

    init(input: Int, kernel: Int, stride: Int, dilation: Int) {
        output = (input + stride - 1) / stride
        let reach = (kernel - 1) * dilation + 1
        leading = max(0, (output - 1) * stride + reach - input) / 2
    }
}

/// Height and width of a feature map, in cells.
struct MapSize: Equatable {
    let height: Int
    let width: Int
    var count: Int { height * width }

    func strided(by stride: Int) -> MapSize {
        MapSize(height: (height + stride - 1) / stride, width: (width + stride - 1) / stride)
    }
}
