import Text

/// The EfficientNet-Lite family (tensorflow/tpu, `models/official/efficientnet/lite`): EfficientNet without
/// squeeze-and-excitation, with ReLU6, and with stem and head of fixed width. Five networks, one description.
public struct EfficientNetLite: Sendable, Equatable {
    public let name: String
    let widthCoefficient: Double
    let depthCoefficient: Double

    public static let all = [
        EfficientNetLite(name: "efficientnet-lite0", widthCoefficient: 1.0, depthCoefficient: 1.0),
        EfficientNetLite(name: "efficientnet-lite1", widthCoefficient: 1.0, depthCoefficient: 1.1),
        EfficientNetLite(name: "efficientnet-lite2", widthCoefficient: 1.1, depthCoefficient: 1.2),
        EfficientNetLite(name: "efficientnet-lite3", widthCoefficient: 1.2, depthCoefficient: 1.4),
        EfficientNetLite(name: "efficientnet-lite4", widthCoefficient: 1.4, depthCoefficient: 1.8),
    ]

    public static func named(_ name: String) -> EfficientNetLite? {
        // Longer is none of them, and may be a file's.
        guard name.utf8.count <= 64, name.isASCII else { return nil }
        let normal = name.lowercased().replacing("_", with: "-")
        return all.first { $0.name == normal }
    }

    public static let stemChannels = 32
    public static let headChannels = 1280
    static let batchNormEpsilon: Float = 1e-3

    /// One inverted residual block: expand (1x1), depthwise (k x k), project (1x1).
    struct Block: Equatable {
        let inputChannels: Int
        let outputChannels: Int
        let expansion: Int
        let kernel: Int
        let stride: Int
        let dilation: Int

        var expandedChannels: Int { inputChannels * expansion }
        var hasResidual: Bool { stride == 1 && inputChannels == outputChannels }
    }

    private struct Stage {
        let repeats: Int
        let kernel: Int
        let stride: Int
        let expansion: Int
        let outputChannels: Int
    }

    private static let stages = [
        Stage(repeats: 1, kernel: 3, stride: 1, expansion: 1, outputChannels: 16),
        Stage(repeats: 2, kernel: 3, stride: 2, expansion: 6, outputChannels: 24),
        Stage(repeats: 2, kernel: 5, stride: 2, expansion: 6, outputChannels: 40),
        Stage(repeats: 3, kernel: 3, stride: 2, expansion: 6, outputChannels: 80),
        Stage(repeats: 3, kernel: 5, stride: 1, expansion: 6, outputChannels: 112),
        Stage(repeats: 4, kernel: 5, stride: 2, expansion: 6, outputChannels: 192),
        Stage(repeats: 1, kernel: 3, stride: 1, expansion: 6, outputChannels: 320),
    ]

    /// Blocks of each stage.
    var repeats: [Int] {
        let last = EfficientNetLite.stages.count - 1
        return EfficientNetLite.stages.enumerated().map { index, stage in
            // "Lite" scales neither the depth of the first and last stage nor the width of stem and head.
            let isFixed = index == 0 || index == last
            return isFixed ? stage.repeats : Int((depthCoefficient * Double(stage.repeats)).rounded(.up))
        }
    }

    /// All blocks in order. Once the stride of `outputStride` is reached, a block that would stride runs at stride 1
    /// instead and the blocks *after* it dilate by what it would have strided.
    /// - Precondition: `outputStride` is 8, 16 or 32.
    func blocks(outputStride: Int) -> [Block] {
        precondition([8, 16, 32].contains(outputStride))
        var blocks: [Block] = []
        var stride = 2  // after the stem
        var dilation = 1
        var channels = EfficientNetLite.stemChannels
        for (stage, repeats) in zip(EfficientNetLite.stages, repeats) {
            let output = scaledChannels(stage.outputChannels)
            for position in 0..<repeats {
                var blockStride = position == 0 ? stage.stride : 1
                let blockDilation = dilation
                if blockStride > 1 {
                    if stride * blockStride > outputStride {
                        dilation *= blockStride
                        blockStride = 1
                    } else {
                        stride *= blockStride
                    }
                }
                blocks.append(
                    Block(
                        inputChannels: channels, outputChannels: output, expansion: stage.expansion,
                        kernel: stage.kernel, stride: blockStride, dilation: blockDilation))
                channels = output
            }
        }
        return blocks
    }

    /// Rounded to a multiple of 8, never down by more than a tenth.
    private func scaledChannels(_ channels: Int) -> Int {
        let scaled = Double(channels) * widthCoefficient
        let rounded = max(8, Int(scaled + 4) / 8 * 8)
        return Double(rounded) < 0.9 * scaled ? rounded + 8 : rounded
    }
}
