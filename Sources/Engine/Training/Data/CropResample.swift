/// A part of a resized picture, made without the rest of it.
enum CropResample {
    /// Antialiased bilinear resampling (`FilterTaps.triangle`), vertically first, to planar floats in [0, 1].
    ///
    /// - Parameters:
    ///   - size: of the whole resized picture.
    ///   - rows, columns: the part wanted, not empty, within `size`.
    ///   - target: [3, rows.count, columns.count], planes R, G, B.
    ///   - line: buffer of a row; grown when too small.
    static func planar(
        _ image: RGBImage, to size: MapSize, rows: Range<Int>, columns: Range<Int>,
        into target: UnsafeMutablePointer<Float>, line: inout FloatBuffer
    ) {
        let down = FilterTaps.triangle(from: image.height, to: size.height, outputs: rows)
        let across = FilterTaps.triangle(from: image.width, to: size.width, outputs: columns)
        let left = across.first[0]
        let count = 3 * (across.first[columns.count - 1] + across.count - left)
        // A SIMD4 load at the last pixel reads one float beyond it.
        if line.count < count + 1 { line = FloatBuffer(count: count + 1) }
        let sum = line.pointer
        image.pixels.withUnsafeBufferPointer { pixels in
            guard let pixels = pixels.baseAddress else { return }
            for y in 0..<rows.count {
                vertical(pixels + 3 * left, rowBytes: 3 * image.width, taps: down, y: y, into: sum, count: count)
                let row = target + y * columns.count
                horizontal(sum, left: left, taps: across, into: row, plane: rows.count * columns.count)
            }
        }
    }

    @inline(__always)
    private static func vertical(
        _ pixels: UnsafePointer<UInt8>, rowBytes: Int, taps: FilterTaps, y: Int, into sum: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        func row(_ k: Int) -> (UnsafePointer<UInt8>, Float) {
            let weight = k < taps.count ? taps.weights[y * taps.count + k] : 0
            return (pixels + (taps.first[y] + min(k, taps.count - 1)) * rowBytes, weight)
        }
        for k in stride(from: 0, to: taps.count, by: 2) {
            let ((a, wa), (b, wb)) = (row(k), row(k + 1))
            if k == 0 {
                for i in 0..<count { sum[i] = Float(a[i]) * wa + Float(b[i]) * wb }
            } else {
                for i in 0..<count { sum[i] += Float(a[i]) * wa + Float(b[i]) * wb }
            }
        }
    }

    /// One row, pixel-interleaved from column `left` on, to three planes.
    @inline(__always)
    private static func horizontal(
        _ row: UnsafePointer<Float>, left: Int, taps: FilterTaps, into target: UnsafeMutablePointer<Float>, plane: Int
    ) {
        let raw = UnsafeRawPointer(row)
        let pixelBytes = 3 * MemoryLayout<Float>.stride
        let count = taps.count
        taps.first.withUnsafeBufferPointer { first in
            taps.weights.withUnsafeBufferPointer { weights in
                for x in 0..<first.count {
                    var from = raw + (first[x] - left) * pixelBytes
                    var pixel = SIMD4<Float>.zero
                    for k in x * count..<(x + 1) * count {
                        pixel += from.loadUnaligned(as: SIMD4<Float>.self) * weights[k]
                        from += pixelBytes
                    }
                    pixel *= 1 / 255
                    target[x] = pixel.x
                    target[plane + x] = pixel.y
                    target[2 * plane + x] = pixel.z
                }
            }
        }
    }
}
