import Foundation
import TestSupport
import Testing

@testable import Engine

@Suite struct MutationTests {
    private static let limit = 100_000

    /// Small files of all kinds, among them some with EXIF.
    private static let originals: [Data] = {
        let exif = ExifFixture(orientation: 6).tiff
        let kinds = PNGDecodingTests.Kind.all.map { kind in
            let palette = [SIMD3<UInt8>](repeating: [1, 2, 3], count: 1 << min(kind.bitDepth, 8))
            return PNGFixture(
                width: 9, height: 7, bitDepth: kind.bitDepth, colorType: kind.colorType, interlaced: kind.interlaced,
                palette: kind.colorType == .indexed ? palette : [], beforeData: [("eXIf", exif)],
                pixel: { x, y in (0..<kind.colorType.channels).map { ($0 + x * y) % (1 << kind.bitDepth) } })
        }
        return JPEGFixture.allCases.map(\.bytes) + [ExifFixture(orientation: 5).jpeg()] + kinds.map(\.bytes)
    }()

    @Test func randomByteChanges_neverCrashNorExceedTheLimit() {
        let decoder = ImageDecoder(maximumPixels: Self.limit)
        var refused = 0
        for seed in 0..<3000 {
            var random = SeededRandom(seed: UInt64(seed))
            var bytes = Self.originals[seed % Self.originals.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do {
                let image = try decoder.decode(bytes)
                #expect(image.width * image.height <= Self.limit, "seed \(seed)")
                let size = try decoder.dimensions(of: bytes)
                #expect(size == (image.width, image.height), "seed \(seed)")
            } catch {
                refused += 1
            }
        }
        // Checksums catch nearly every change to a PNG; many changes to a JPEG are just other pictures.
        #expect(refused > 1500)
    }

    /// The same with checksums made right again, so that the changes reach the decoder behind them.
    @Test func randomChunkChanges_neverCrashNorExceedTheLimit() {
        let decoder = ImageDecoder(maximumPixels: Self.limit)
        for seed in 0..<2000 {
            var random = SeededRandom(seed: UInt64(seed))
            let kind = PNGDecodingTests.Kind.all[seed % PNGDecodingTests.Kind.all.count]
            var chunks = PNGFixture(
                width: 9, height: 7, bitDepth: kind.bitDepth, colorType: kind.colorType, interlaced: kind.interlaced,
                palette: kind.colorType == .indexed ? [[1, 2, 3], [4, 5, 6]] : [],
                transparency: [0, 1], beforeData: [("eXIf", ExifFixture(orientation: 6).tiff)],
                pixel: { _, _ in [Int](repeating: 1, count: kind.colorType.channels) }
            ).chunks
            let chunk = Int.random(in: 0..<chunks.count - 1, using: &random)
            let offset = Int.random(in: 0..<chunks[chunk].content.count, using: &random)
            chunks[chunk].content[offset] = UInt8.random(in: 0...255, using: &random)
            if let image = try? decoder.decode(PNGFixture.file(chunks)) {
                #expect(image.width * image.height <= Self.limit, "seed \(seed)")
            }
        }
    }
}
