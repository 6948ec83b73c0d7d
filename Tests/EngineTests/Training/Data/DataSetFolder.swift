import Foundation
import TestSupport

@testable import Engine

/// A directory of small pictures that goes away with the object.
final class DataSetFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "data-set-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: Data, _ name: String) throws {
        try bytes.write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

    /// A PNG of one random colour a pixel.
    func writePicture(_ name: String, width: Int = 9, height: Int = 7, seed: UInt64 = 1) throws {
        try write(PNGEncoder.rgb(DataSetFolder.noise(width: width, height: height, seed: seed)), name)
    }

    static func noise(width: Int, height: Int, seed: UInt64) -> RGBImage {
        var random = SeededRandom(seed: seed)
        return RGBImage(
            width: width, height: height,
            pixels: (0..<3 * width * height).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
}
