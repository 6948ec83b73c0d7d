/// A Gaussian filter over arbitrary feature vectors, one a pixel, in time linear in the pixels: out_i = sum_j
/// exp(-|f_i - f_j|^2 / 2) in_j, approximately.
///
/// Values are splatted onto the vertices of a permutohedral lattice, blurred along its d + 1 directions and sliced back
/// (Adams et al. 2010), by the rules of Krähenbühl and Koltun's dense CRF, to which results agree within rounding.
/// The lattice depends only on the features: it is built once an image and then filters any number of value channels.
///
/// Memory: 8 (d + 1) bytes a pixel and 8 (d + 1) bytes a vertex. There are at most d + 1 vertices a pixel; a photograph
/// needs far fewer.
public struct PermutohedralLattice: Sendable {
    /// Feature dimensions d.
    public let dimensions: Int
    public let pixelCount: Int
    /// Lattice vertices that at least one pixel touches.
    public let vertexCount: Int

    /// Vertex numbers from 1, [pixel][d + 1]; 0 is the missing vertex, whose value is always 0.
    var vertices: [UInt32]
    /// What each of these vertices counts for when splatting and again when slicing, [pixel][d + 1].
    var weights: [Float]
    /// Both neighbours of vertex number v along direction a, at [a][v], index 0 unused.
    var neighbours: [SIMD2<UInt32>]

    /// Features of a pixel: its position over `positionDeviation`, nothing else (d = 2).
    ///
    /// - Parameter positionDeviation: standard deviation of the filter in pixels, over 0.
    public init(width: Int, height: Int, positionDeviation: Float) {
        let embedding = SimplexEmbedding(dimensions: 2)
        let x = Self.elevations(embedding, 0, count: width, deviation: positionDeviation)
        let y = Self.elevations(embedding, 1, count: height, deviation: positionDeviation)
        self.init(embedding: embedding, dimensions: 2, width: width, height: height) { column, row in
            x[column] + y[row]
        }
    }

    /// Features of a pixel: its position over `positionDeviation` and its colour over `colourDeviation` (d = 5).
    ///
    /// - Parameters:
    ///   - positionDeviation: standard deviation of the filter in pixels, over 0.
    ///   - colourDeviation: its standard deviation in 8-bit colour values, over 0.
    public init(image: RGBImage, positionDeviation: Float, colourDeviation: Float) {
        let embedding = SimplexEmbedding(dimensions: 5)
        let x = Self.elevations(embedding, 0, count: image.width, deviation: positionDeviation)
        let y = Self.elevations(embedding, 1, count: image.height, deviation: positionDeviation)
        let red = Self.elevations(embedding, 2, count: 256, deviation: colourDeviation)
        let green = Self.elevations(embedding, 3, count: 256, deviation: colourDeviation)
        let blue = Self.elevations(embedding, 4, count: 256, deviation: colourDeviation)
        let width = image.width
        self = image.pixels.withUnsafeBufferPointer { pixels in
            PermutohedralLattice(embedding: embedding, dimensions: 5, width: width, height: image.height) {
                column, row in
                let pixel = (row &* width &+ column) &* 3
                return x[column] + y[row] + red[Int(pixels[pixel])] + green[Int(pixels[pixel &+ 1])]
                    + blue[Int(pixels[pixel &+ 2])]
            }
        }
    }

    /// The share of one feature dimension in the elevated feature, for each value 0..<count it may take. Elevation is
    /// linear, so a pixel's elevated feature is a sum of table entries.
    private static func elevations(
        _ embedding: SimplexEmbedding, _ dimension: Int, count: Int, deviation: Float
    ) -> [SimplexEmbedding.Coordinates] {
        precondition(deviation > 0)
        let column = embedding.elevationColumn(dimension)
        return (0..<count).map { column * (Float($0) / deviation) }
    }

    /// - Parameters:
    ///   - dimensions: the embedding's, as a literal, so that the compiler unrolls the loops over corners.
    ///   - elevated: the elevated feature of the pixel in a column and row.
    @inline(__always)
    private init(
        embedding: SimplexEmbedding, dimensions: Int, width: Int, height: Int,
        elevated: (_ column: Int, _ row: Int) -> SimplexEmbedding.Coordinates
    ) {
        self.dimensions = dimensions
        pixelCount = width * height
        let corners = dimensions + 1
        // The scale that makes the blur kernel (1/2, 1, 1/2) along d + 1 directions a unit Gaussian, taken half when
        // splatting and half when slicing.
        let scale = (1 / (1 + Float(sign: .plus, exponent: -dimensions, significand: 1))).squareRoot()
        var table = VertexTable()
        var vertices = [UInt32](repeating: 0, count: pixelCount * corners)
        var weights = [Float](repeating: 0, count: pixelCount * corners)
        vertices.withUnsafeMutableBufferPointer { vertices in
            weights.withUnsafeMutableBufferPointer { weights in
                SimplexEmbedding.withScratch { simplex, previousKeys in
                    guard var vertex = vertices.baseAddress, var weight = weights.baseAddress else { return }
                    for row in 0..<height {
                        for column in 0..<width {
                            embedding.locate(elevated(column, row), dimensions: dimensions, in: simplex)
                            for corner in 0..<corners {
                                // The pixel before mostly shares its vertices with this one.
                                let key = simplex.keys[corner]
                                if key == previousKeys[corner] {
                                    vertex[corner] = (vertex - corners)[corner]
                                } else {
                                    vertex[corner] = table.insert(key)
                                    previousKeys[corner] = key
                                }
                                weight[corner] = simplex.weights[corner] * scale
                            }
                            vertex += corners
                            weight += corners
                        }
                    }
                }
            }
        }
        self.vertices = vertices
        self.weights = weights
        vertexCount = table.count
        neighbours = Self.neighbours(in: table, embedding)
    }

    private static func neighbours(in table: VertexTable, _ embedding: SimplexEmbedding) -> [SIMD2<UInt32>] {
        let stride = table.count + 1
        var neighbours = [SIMD2<UInt32>](repeating: SIMD2(), count: stride * (embedding.dimensions + 1))
        for axis in 0...embedding.dimensions {
            let start = axis * stride
            for vertex in 1..<stride {
                let neighbour = table.find(embedding.neighbour(of: table.keys[vertex], along: axis))
                guard neighbour != 0 else { continue }
                neighbours[start + vertex].x = neighbour
                neighbours[start + Int(neighbour)].y = UInt32(truncatingIfNeeded: vertex)
            }
        }
        return neighbours
    }
}
