/// Changing the size of pictures and planes.
public enum Resample {
    /// Antialiased bicubic resampling to the planar, normalised floats that a network reads.
    ///
    /// Equals Pillow's `resize(BICUBIC)` without rounding to 8 bits between and after the passes, so values may lie a
    /// little outside 0...255 before normalisation.
    ///
    /// - Parameters:
    ///   - target: CHW, row-major, three planes R, G, B; receives (pixel - mean[c]) / standardDeviation[c].
    ///   - mean, standardDeviation: for each channel, in units of 0...255.
    /// - Precondition: `target.count == 3 * width * height`, sizes positive.
    public static func bicubicPlanar(
        _ image: RGBImage, toWidth width: Int, toHeight height: Int, into target: UnsafeMutableBufferPointer<Float>,
        mean: SIMD3<Float>, standardDeviation: SIMD3<Float>
    ) {
        precondition(target.count == 3 * width * height)
        let scale = 1 / standardDeviation
        let offset = -mean * scale
        BicubicRows(image, width: width, height: height).forEach { y, row in
            for channel in 0..<3 {
                let from = row + channel * width
                guard let to = target.baseAddress.map({ $0 + (channel * height + y) * width }) else { return }
                let (scale, offset) = (scale[channel], offset[channel])
                for x in 0..<width { to[x] = from[x] * scale + offset }
            }
        }
    }

    /// Antialiased bicubic resampling to 8 bits, rounded to nearest and clamped.
    public static func resized(_ image: RGBImage, toWidth width: Int, toHeight height: Int) -> RGBImage {
        let count = width * height * 3
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
            BicubicRows(image, width: width, height: height).forEach { y, row in
                for x in 0..<width {
                    for channel in 0..<3 {
                        let value = max(0, min(255, row[channel * width + x] + 0.5))
                        target[(y * width + x) * 3 + channel] = UInt8(value)
                    }
                }
            }
            initialized = count
        }
        return RGBImage(width: width, height: height, pixels: pixels)
    }
}

/// The rows of a resampled picture, top to bottom, each made when asked for: input rows are resampled horizontally
/// once, kept as long as an output row needs them, and combined vertically.
private struct BicubicRows {
    let image: RGBImage
    let width: Int
    let height: Int
    let columns: FilterTaps
    let rows: FilterTaps

    /// - Precondition: sizes positive.
    init(_ image: RGBImage, width: Int, height: Int) {
        self.image = image
        self.width = width
        self.height = height
        columns = .bicubic(from: image.width, to: width)
        rows = .bicubic(from: image.height, to: height)
    }

    /// Calls `body` with y and 3 * width floats: the row's R plane, then G, then B, in 0...255.
    func forEach(_ body: (_ y: Int, _ row: UnsafePointer<Float>) -> Void) {
        let rowCount = 3 * width
        // A SIMD4 load at the last pixel reads one float beyond it.
        let interleaved = UnsafeMutablePointer<Float>.allocate(capacity: 3 * image.width + 1)
        let kept = UnsafeMutablePointer<Float>.allocate(capacity: rows.count * rowCount)
        let sum = UnsafeMutablePointer<Float>.allocate(capacity: rowCount)
        defer {
            interleaved.deallocate()
            kept.deallocate()
            sum.deallocate()
        }
        interleaved[3 * image.width] = 0

        image.pixels.withUnsafeBufferPointer { pixels in
            guard let pixels = pixels.baseAddress else { return }
            var made = rows.first[0]
            for y in 0..<height {
                let first = rows.first[y]
                for sourceRow in max(made, first)..<max(made, first + rows.count) {
                    let source = pixels + sourceRow * 3 * image.width
                    for i in 0..<3 * image.width { interleaved[i] = Float(source[i]) }
                    horizontalPass(interleaved, into: kept + sourceRow % rows.count * rowCount)
                }
                made = max(made, first + rows.count)
                verticalPass(kept, y: y, into: sum)
                body(y, sum)
            }
        }
    }

    /// One row, pixel-interleaved with one float of padding, to planes of `width`.
    private func horizontalPass(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
        let source = UnsafeRawPointer(source)
        let pixelBytes = 3 * MemoryLayout<Float>.stride
        let count = columns.count
        columns.first.withUnsafeBufferPointer { first in
            columns.weights.withUnsafeBufferPointer { weights in
                for x in 0..<width {
                    var from = source + first[x] * pixelBytes
                    var pixel = SIMD4<Float>.zero
                    for k in x * count..<(x + 1) * count {
                        pixel += from.loadUnaligned(as: SIMD4<Float>.self) * weights[k]
                        from += pixelBytes
                    }
                    target[x] = pixel.x
                    target[width + x] = pixel.y
                    target[2 * width + x] = pixel.z
                }
            }
        }
    }

    /// Output row y from the kept rows; input row r lies in slot r % rows.count.
    private func verticalPass(
        _ kept: UnsafePointer<Float>, y: Int, into target: UnsafeMutablePointer<Float>
    ) {
        let rowCount = 3 * width
        func row(_ k: Int) -> (UnsafePointer<Float>, Float) {
            let tap = min(k, rows.count - 1)
            let weight = k < rows.count ? rows.weights[y * rows.count + k] : 0
            return (kept + (rows.first[y] + tap) % rows.count * rowCount, weight)
        }
        for k in stride(from: 0, to: rows.count, by: 4) {
            let ((a, wa), (b, wb), (c, wc), (d, wd)) = (row(k), row(k + 1), row(k + 2), row(k + 3))
            if k == 0 {
                for i in 0..<rowCount { target[i] = a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd }
            } else {
                for i in 0..<rowCount { target[i] += a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd }
            }
        }
    }
}
