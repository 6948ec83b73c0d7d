/// A fully connected conditional random field over the pixels of an image (Krähenbühl, Koltun: "Efficient Inference
/// in Fully Connected CRFs with Gaussian Edge Potentials", 2011), solved by mean-field iterations.
///
/// Two Potts kernels tie the pixels together: one by position, one by position and colour, both symmetrically
/// normalised; one without weight is left out. Built once an image; `binomialLogits` and `multinomial` may then be called any number of times.
public struct DenseCRF: Sendable {
    /// Standard deviations of the two kernels and how much a disagreement between two pixels costs.
    public struct Parameters: Sendable, Equatable {
        /// Pixels.
        public var gaussianDeviation: Float
        public var gaussianCompatibility: Float
        /// Pixels.
        public var bilateralDeviation: Float
        /// 8-bit colour values.
        public var bilateralColourDeviation: Float
        public var bilateralCompatibility: Float
        public var iterations: Int

        public init(
            gaussianDeviation: Float, gaussianCompatibility: Float,
            bilateralDeviation: Float, bilateralColourDeviation: Float, bilateralCompatibility: Float,
            iterations: Int
        ) {
            self.gaussianDeviation = gaussianDeviation
            self.gaussianCompatibility = gaussianCompatibility
            self.bilateralDeviation = bilateralDeviation
            self.bilateralColourDeviation = bilateralColourDeviation
            self.bilateralCompatibility = bilateralCompatibility
            self.iterations = iterations
        }
    }

    private let kernels: [PermutohedralLattice]
    private let iterations: Int
    private let pixelCount: Int

    public init(image: RGBImage, parameters: Parameters) {
        var kernels: [PermutohedralLattice] = []
        if parameters.gaussianCompatibility > 0 {
            var gaussian = PermutohedralLattice(
                width: image.width, height: image.height, positionDeviation: parameters.gaussianDeviation)
            gaussian.normaliseSymmetrically(factor: parameters.gaussianCompatibility)
            kernels.append(gaussian)
        }
        if parameters.bilateralCompatibility > 0 {
            var bilateral = PermutohedralLattice(
                image: image, positionDeviation: parameters.bilateralDeviation,
                colourDeviation: parameters.bilateralColourDeviation)
            bilateral.normaliseSymmetrically(factor: parameters.bilateralCompatibility)
            kernels.append(bilateral)
        }
        self.kernels = kernels
        iterations = parameters.iterations
        pixelCount = image.width * image.height
    }

    /// Each map by itself as a two-label problem: the class against everything else.
    ///
    /// With q the posterior of the class, a Potts kernel adds K q - K (1 - q) = K (2q - 1) to the logit, and
    /// 2q - 1 = tanh(logit / 2): one filtered channel a class. A map's result does not depend on the other maps.
    ///
    /// - Parameter logits: unary logits, [map][pixel].
    /// - Returns: logits of the posteriors, [map][pixel].
    public func binomialLogits(_ logits: [Float]) -> [Float] {
        precondition(logits.count % pixelCount == 0)
        var result = logits
        let maps = logits.count / pixelCount
        var map = 0
        while map < maps {
            switch maps - map {
            case 1: map += solve(Float.self, &result, from: map)
            case 2: map += solve(SIMD2<Float>.self, &result, from: map)
            default: map += solve(SIMD4<Float>.self, &result, from: map)
            }
        }
        return result
    }

    /// Replaces the unary logits of as many maps as fit into `Channels` by their final logits; returns how many.
    private func solve<Channels: LatticeChannels>(
        _: Channels.Type, _ planes: inout [Float], from first: Int
    ) -> Int {
        let channelCount = Channels.channelCount
        let mapCount = min(channelCount, planes.count / pixelCount - first)
        var interleaved = [[Channels](repeating: Channels(), count: pixelCount)]
        interleaved[0].withUnsafeMutableBytes { bytes in
            let floats = bytes.bindMemory(to: Float.self)
            for map in 0..<mapCount {
                let plane = (first + map) * pixelCount
                for pixel in 0..<pixelCount { floats[pixel * channelCount + map] = planes[plane + pixel] }
            }
        }
        MeanField<Channels>(kernels: kernels, iterations: iterations).run(logits: &interleaved) { block in
            UnsafeMutableRawBufferPointer(block).withMemoryRebound(to: Float.self) {
                Logistic.replaceBySignedPosteriors($0)
            }
        }
        interleaved[0].withUnsafeBytes { bytes in
            let floats = bytes.bindMemory(to: Float.self)
            for map in 0..<mapCount {
                let plane = (first + map) * pixelCount
                for pixel in 0..<pixelCount { planes[plane + pixel] = floats[pixel * channelCount + map] }
            }
        }
        return mapCount
    }

    /// All labels in one problem: exactly one label a pixel.
    ///
    /// - Parameter logits: unary logits (log probabilities up to a constant a pixel), [label][pixel].
    /// - Returns: posteriors, [label][pixel], which sum to 1 at every pixel.
    public func multinomial(logits: [Float]) -> [Float] {
        precondition(logits.count % pixelCount == 0)
        let labels = logits.count / pixelCount
        var planes = (0..<labels).map { Array(logits[$0 * pixelCount..<($0 + 1) * pixelCount]) }
        MeanField<Float>(kernels: kernels, iterations: iterations).run(logits: &planes) {
            Logistic.replaceBySoftmax($0, labels: labels)
        }
        var result = planes.flatMap { $0 }
        result.withUnsafeMutableBufferPointer { Logistic.replaceBySoftmax($0, labels: labels) }
        return result
    }
}
