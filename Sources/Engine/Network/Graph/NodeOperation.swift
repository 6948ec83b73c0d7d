/// The registry of operations. A new kind is a file in `Operations`, and a case and a line here.
package enum NodeOperation: Sendable, Equatable, Codable {
    case convolution(ConvolutionShape)
    case batchNorm(BatchNormShape)
    case activation(Activation)
    case elu
    case maximumPool(MaximumPoolShape)
    case meanOfPixels
    case channelBias(ChannelBias)
    case add
    case concatenate
    case dropout(Dropout)
    case stopGradient
    case resizeToGrid
    case backgroundAndDominant
    case featureCorrelation
    case pairAffinity(PairAffinity)

    var definition: any GraphOperation {
        switch self {
        case .convolution(let shape): shape
        case .batchNorm(let shape): shape
        case .activation(let activation): activation
        case .elu: ELUOperation()
        case .maximumPool(let shape): shape
        case .meanOfPixels: MeanOfPixels()
        case .channelBias(let bias): bias
        case .add: Addition()
        case .concatenate: Concatenation()
        case .dropout(let dropout): dropout
        case .stopGradient: StopGradient()
        case .resizeToGrid: GridResize()
        case .backgroundAndDominant: BackgroundAndDominant()
        case .featureCorrelation: FeatureCorrelation()
        case .pairAffinity(let affinity): affinity
        }
    }
}
