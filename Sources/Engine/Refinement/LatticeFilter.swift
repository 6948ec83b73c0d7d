/// Value channels that pass through the lattice together: 1, 2 or 4 floats a vertex. Every channel goes through the
/// same operations in the same order whatever its neighbours are, so a channel's result never depends on the others.
protocol LatticeChannels {
    static var channelCount: Int { get }
    init()
    static func + (left: Self, right: Self) -> Self
    static func * (left: Self, right: Float) -> Self
}

extension Float: LatticeChannels {
    static var channelCount: Int { 1 }
}
extension SIMD2: LatticeChannels where Scalar == Float {
    static var channelCount: Int { 2 }
}
extension SIMD4: LatticeChannels where Scalar == Float {
    static var channelCount: Int { 4 }
}

extension PermutohedralLattice {
    /// Filters one value a pixel: splat, blur, slice.
    ///
    /// - Parameter values: `pixelCount` values. Returns as many.
    public func filter(_ values: [Float]) -> [Float] {
        precondition(values.count == pixelCount)
        var result = [Float](repeating: 0, count: pixelCount)
        var buffers = LatticeBuffers<Float>(self)
        values.withUnsafeBufferPointer { values in
            if let base = values.baseAddress { buffers.splat(base, pixels: 0..<pixelCount, on: self) }
        }
        buffers.blur(on: self)
        result.withUnsafeMutableBufferPointer { result in
            if let base = result.baseAddress { buffers.slice(addingTo: base, pixels: 0..<pixelCount, on: self) }
        }
        return result
    }

    /// Makes the filter D^-1/2 K D^-1/2 times `factor`, D being the row sums of the kernel matrix K (what Krähenbühl
    /// and Koltun call symmetric normalisation).
    mutating func normaliseSymmetrically(factor: Float) {
        // Keeps the root finite where a row sum is 0, as the dense CRF does.
        let smallest: Float = 1e-20
        let rowSums = filter([Float](repeating: 1, count: pixelCount))
        let corners = dimensions + 1
        for pixel in 0..<pixelCount {
            let norm = (factor / (rowSums[pixel] + smallest)).squareRoot()
            for corner in pixel * corners..<(pixel + 1) * corners { weights[corner] *= norm }
        }
    }
}

extension PermutohedralLattice {
    /// The vertices of all pixels and their weights, [pixel][d + 1].
    @inline(__always)
    fileprivate func withCorners(_ body: (UnsafePointer<UInt32>?, UnsafePointer<Float>?) -> Void) {
        vertices.withUnsafeBufferPointer { vertices in
            weights.withUnsafeBufferPointer { weights in body(vertices.baseAddress, weights.baseAddress) }
        }
    }
}

/// The values on the vertices of a lattice: two buffers, between which the blur goes to and fro.
struct LatticeBuffers<Channels: LatticeChannels> {
    private var splatted: [Channels]
    private var blurred: [Channels]

    init(_ lattice: PermutohedralLattice) {
        splatted = [Channels](repeating: Channels(), count: lattice.vertexCount + 1)
        blurred = splatted
    }

    /// Makes room for the next splat; what has been blurred stays.
    mutating func clearSplatted() {
        for vertex in splatted.indices { splatted[vertex] = Channels() }
    }

    /// Adds the values of a range of pixels to the vertices. `values[0]` belongs to the first pixel of the range.
    @inline(__always)
    mutating func splat(
        _ values: UnsafePointer<Channels>, pixels: Range<Int>, on lattice: PermutohedralLattice
    ) {
        splatted.withUnsafeMutableBufferPointer { splatted in
            lattice.withCorners { vertices, weights in
                guard let vertices, let weights, let target = splatted.baseAddress else { return }
                // Literal corner counts let the compiler unroll the loops over corners.
                switch lattice.dimensions {
                case 2: Self.splat(values, pixels, vertices, weights, corners: 3, to: target)
                case 5: Self.splat(values, pixels, vertices, weights, corners: 6, to: target)
                default: Self.splat(values, pixels, vertices, weights, corners: lattice.dimensions + 1, to: target)
                }
            }
        }
    }

    @inline(__always)
    private static func splat(
        _ values: UnsafePointer<Channels>, _ pixels: Range<Int>,
        _ vertices: UnsafePointer<UInt32>, _ weights: UnsafePointer<Float>, corners: Int,
        to target: UnsafeMutablePointer<Channels>
    ) {
        var vertex = vertices + pixels.lowerBound &* corners
        var weight = weights + pixels.lowerBound &* corners
        for pixel in 0..<pixels.count {
            let value = values[pixel]
            for corner in 0..<corners {
                let index = Int(truncatingIfNeeded: vertex[corner])
                target[index] = target[index] + value * weight[corner]
            }
            vertex += corners
            weight += corners
        }
    }

    /// Adds the blurred vertices to the values of a range of pixels. `values[0]` belongs to the first of them.
    @inline(__always)
    func slice(
        addingTo values: UnsafeMutablePointer<Channels>, pixels: Range<Int>, on lattice: PermutohedralLattice
    ) {
        blurred.withUnsafeBufferPointer { blurred in
            lattice.withCorners { vertices, weights in
                guard let vertices, let weights, let source = blurred.baseAddress else { return }
                switch lattice.dimensions {
                case 2: Self.slice(source, pixels, vertices, weights, corners: 3, addingTo: values)
                case 5: Self.slice(source, pixels, vertices, weights, corners: 6, addingTo: values)
                default:
                    let corners = lattice.dimensions + 1
                    Self.slice(source, pixels, vertices, weights, corners: corners, addingTo: values)
                }
            }
        }
    }

    @inline(__always)
    private static func slice(
        _ source: UnsafePointer<Channels>, _ pixels: Range<Int>,
        _ vertices: UnsafePointer<UInt32>, _ weights: UnsafePointer<Float>, corners: Int,
        addingTo values: UnsafeMutablePointer<Channels>
    ) {
        var vertex = vertices + pixels.lowerBound &* corners
        var weight = weights + pixels.lowerBound &* corners
        for pixel in 0..<pixels.count {
            var sum = Channels()
            for corner in 0..<corners {
                sum = sum + source[Int(truncatingIfNeeded: vertex[corner])] * weight[corner]
            }
            values[pixel] = values[pixel] + sum
            vertex += corners
            weight += corners
        }
    }

    /// Blurs what has been splatted with (1/2, 1, 1/2) along each lattice direction in turn.
    mutating func blur(on lattice: PermutohedralLattice) {
        let stride = lattice.vertexCount + 1
        for axis in 0...lattice.dimensions {
            swap(&splatted, &blurred)
            splatted.withUnsafeMutableBufferPointer { target in
                blurred.withUnsafeBufferPointer { source in
                    lattice.neighbours.withUnsafeBufferPointer { neighbours in
                        let pairs = neighbours.baseAddress! + axis * stride
                        for vertex in 1..<stride {
                            let pair = pairs[vertex]
                            let lower = source[Int(truncatingIfNeeded: pair.x)]
                            let upper = source[Int(truncatingIfNeeded: pair.y)]
                            target[vertex] = source[vertex] + (lower + upper) * 0.5
                        }
                    }
                }
            }
        }
        swap(&splatted, &blurred)
    }
}
