/// Strides and dilations of a network that keeps its resolution from a stride on: what would have strided dilates.
struct StrideBudget {
    let outputStride: Int
    private(set) var stride: Int
    private(set) var dilation = 1

    /// - Parameter spent: by the layers before.
    init(outputStride: Int, spent: Int) { (self.outputStride, stride) = (outputStride, spent) }

    /// Spends a layer's stride while it lasts, and dilates by it from there on.
    /// - Returns: the stride that the layer runs at.
    mutating func take(_ wanted: Int) -> Int {
        guard stride * wanted > outputStride else {
            stride *= wanted
            return wanted
        }
        dilation *= wanted
        return 1
    }
}
