/// The registry of operations. A new kind is a file in `Operations`, and a case and a line here.
package enum NodeOperation: Sendable, Equatable, Codable {
    case convolution(ConvolutionShape)
    case batchNorm(BatchNormShape)
    case activation(Activation)
    case maximumPool(MaximumPoolShape)
    case meanOfPixels
    case channelBias(ChannelBias)
    case add
    case dropout(Dropout)

    var definition: any GraphOperation {
        switch self {
        case .convolution(let shape): shape
        case .batchNorm(let shape): shape
        case .activation(let activation): activation
        case .maximumPool(let shape): shape
        case .meanOfPixels: MeanOfPixels()
        case .channelBias(let bias): bias
        case .add: Addition()
        case .dropout(let dropout): dropout
        }
    }
}
