/// Where one feature vector lies in the permutohedral lattice: the d + 1 vertices of its simplex and its barycentric
/// coordinates there (Adams, Baek, Davis: "Fast High-Dimensional Filtering Using the Permutohedral Lattice", 2010).
///
/// Works on the elevated feature (d + 1 coordinates that sum to 0), one coordinate a SIMD lane.
///
/// A lattice vertex has d + 1 integer coordinates which are all congruent modulo d + 1 to its `remainder` and sum to 0.
/// Coordinate i is therefore (d + 1) a_i + remainder, the last one follows from the others, and a vertex packs into
/// 64 bits: the remainder in the lowest `remainderBits`, then the a_i of the first d coordinates. All arithmetic on
/// packed keys is wrapping addition.
struct SimplexEmbedding {
    typealias Coordinates = SIMD8<Float>

    static let maximumDimensions = 5
    private static let remainderBits: UInt64 = 3
    /// Adding 1.5 * 2^23 rounds a float to an integer, which then sits in the low mantissa bits.
    private static let roundingShift: Float = 12_582_912

    let dimensions: Int
    private let inverseSide: Float
    /// Added to the key for a_i + 1; 0 for the last coordinate (not stored) and the unused lanes.
    private let steps: SIMD8<UInt64>
    /// Sum of all `steps`.
    private let allSteps: UInt64
    /// Puts the unused lanes below all offsets.
    private let unusedOffset: Coordinates
    /// At [i]: makes lanes after i with the same offset as i count as lower. Far smaller than any difference that
    /// matters.
    private let tieBreaks: [Coordinates]

    init(dimensions: Int) {
        precondition((1...Self.maximumDimensions).contains(dimensions))
        self.dimensions = dimensions
        inverseSide = 1 / Float(dimensions + 1)
        let bits = (64 - Self.remainderBits) / UInt64(dimensions)
        var steps = SIMD8<UInt64>()
        for lane in 0..<dimensions { steps[lane] = 1 << (Self.remainderBits + bits * UInt64(lane)) }
        self.steps = steps
        allSteps = steps.wrappedSum()
        let lanes = Coordinates(0, 1, 2, 3, 4, 5, 6, 7)
        unusedOffset = Coordinates().replacing(with: -2, where: lanes .> Float(dimensions))
        tieBreaks = (0...dimensions).map { Coordinates().replacing(with: 1e-30, where: lanes .> Float($0)) }
    }

    /// Column `dimension` of the elevation matrix: the feature value times this column, summed over all dimensions, is
    /// the elevated feature. Scaled so that the blur over the lattice has standard deviation 1 in feature space.
    func elevationColumn(_ dimension: Int) -> Coordinates {
        let i = Float(dimension + 1)
        let deviation = (2.0 / 3.0 as Float).squareRoot() * Float(dimensions + 1)
        let scale = deviation / (i * (i + 1)).squareRoot()
        var column = Coordinates()
        for lane in 0...dimension { column[lane] = scale }
        column[dimension + 1] = -i * scale
        return column
    }

    /// The simplex found by `locate`: keys and barycentric weights of its vertices, in the order of their remainders.
    struct Simplex {
        let keys: UnsafeMutablePointer<UInt64>
        let weights: UnsafeMutablePointer<Float>
        /// `steps` and offsets of the coordinates in the order of their ranks.
        fileprivate let sortedSteps: UnsafeMutablePointer<UInt64>
        fileprivate let sortedOffsets: UnsafeMutablePointer<Float>
    }

    /// Lends room for a simplex and for a second set of keys, which are no vertex's at first.
    @inline(__always)
    static func withScratch(_ body: (Simplex, UnsafeMutablePointer<UInt64>) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 24) { words in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 16) { floats in
                words.initialize(repeating: .max)
                floats.initialize(repeating: 0)
                guard let keys = words.baseAddress, let weights = floats.baseAddress else { return }
                let simplex = Simplex(keys: keys, weights: weights, sortedSteps: keys + 8, sortedOffsets: weights + 8)
                body(simplex, keys + 16)
            }
        }
    }

    /// Finds the simplex around `elevated`.
    ///
    /// - Parameter dimensions: as given at `init`.
    @inline(__always)
    func locate(_ elevated: Coordinates, dimensions: Int, in simplex: Simplex) {
        // The nearest vertex with remainder 0: every coordinate rounded to a multiple of d + 1.
        let coordinates = elevated * inverseSide
        var multiples = (coordinates + Self.roundingShift) - Self.roundingShift
        var offset = coordinates - multiples + unusedOffset

        // Rank of every coordinate: how many lie further above their rounding, read off the sign bit of the difference,
        // which vectorises where comparisons do not.
        var higher = SIMD8<UInt32>()
        for other in 0...dimensions {
            let difference = offset - offset[other] - tieBreaks[other]
            higher = higher &+ unsafeBitCast(difference, to: SIMD8<UInt32>.self) &>> 31
        }
        let zero = Coordinates(repeating: Self.roundingShift)
        var rank = unsafeBitCast(higher &+ unsafeBitCast(zero, to: SIMD8<UInt32>.self), to: Coordinates.self) - zero

        // Rounding each coordinate by itself may leave the plane where they sum to 0: step back onto it.
        let excess = multiples.sum()
        if excess != 0 {
            let side = Float(dimensions + 1)
            rank += excess
            let step = Coordinates().replacing(with: 1, where: rank .< 0).replacing(with: -1, where: rank .>= side)
            rank += step * side
            multiples += step
            offset -= step
        }
        let places = Self.integers(rank)
        let wholes = Self.integers(multiples)

        var key: UInt64 = 0
        for lane in 0...dimensions {
            let place = Int(truncatingIfNeeded: places[lane]) & 7
            key = key &+ UInt64(bitPattern: Int64(wholes[lane])) &* steps[lane]
            simplex.sortedSteps[place] = steps[lane]
            simplex.sortedOffsets[place] = offset[lane]
        }

        // From the vertex with remainder r - 1 to the one with remainder r, every coordinate grows by 1, except that
        // the one with rank d + 1 - r falls by d.
        let sorted = simplex.sortedOffsets
        simplex.keys[0] = key
        simplex.weights[0] = 1 + sorted[dimensions] - sorted[0]
        for remainder in 1...dimensions {
            let place = dimensions &+ 1 &- remainder
            key = key &+ 1 &- simplex.sortedSteps[place]
            simplex.keys[remainder] = key
            simplex.weights[remainder] = sorted[place &- 1] - sorted[place]
        }
    }

    /// The neighbour of a vertex along lattice direction `axis` (0...d): all coordinates one less, coordinate `axis`
    /// d more.
    @inline(__always)
    func neighbour(of key: UInt64, along axis: Int) -> UInt64 {
        let remainder = key & ((1 << Self.remainderBits) - 1)
        let lower = remainder > 0 ? key &- 1 : key &- allSteps &+ UInt64(truncatingIfNeeded: dimensions)
        return lower &+ steps[axis]
    }

    /// Whole numbers under 2^22 as integers.
    @inline(__always)
    private static func integers(_ values: Coordinates) -> SIMD8<Int32> {
        let zero = Coordinates(repeating: roundingShift)
        return unsafeBitCast(values + zero, to: SIMD8<Int32>.self) &- unsafeBitCast(zero, to: SIMD8<Int32>.self)
    }
}
