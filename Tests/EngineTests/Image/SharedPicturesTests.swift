import Foundation
import Testing

@testable import Engine

/// Real photographs and masks, when the shared data lie beside the repository or where PSEUDOLABEL_SHARED tells.
@Suite(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
struct SharedPicturesTests {
    private func bytes(_ path: String) throws -> Data {
        try Shared.data("data/voc12/\(path)")
    }

    private func names() throws -> [String] {
        let list = String(decoding: try bytes("val.txt"), as: UTF8.self)
        return list.split(whereSeparator: \.isNewline).prefix(12).map(String.init)
    }

    @Test func photographsAndMasks_haveTheSameSize() throws {
        for name in try names() {
            let image = try ImageDecoder().decode(bytes("JPEGImages/\(name).jpg"))
            let mask = try VOCPNG.decode(bytes("SegmentationClass/\(name).png"))
            #expect(image.width == mask.width && image.height == mask.height, "\(name)")
        }
    }

    @Test func masks_areWrittenAsTheyWereRead() throws {
        for name in try names() {
            let original = try bytes("SegmentationClass/\(name).png")
            let mask = try VOCPNG.decode(original)
            let written = VOCPNG.encode(mask, classCount: 20)
            #expect(try VOCPNG.decode(written) == mask, "\(name)")
            // The same colours, so the same palette as VOC's.
            #expect(try ImageDecoder().decode(written) == ImageDecoder().decode(original), "\(name)")
            for index in Set(mask.indices) {
                let pixels = mask.pixels(of: index)
                let encoded = COCORunLength(pixels)
                let read = try COCORunLength(counts: encoded.counts, width: mask.width, height: mask.height)
                #expect(read.mask() == pixels, "\(name) \(index)")
                #expect(ConnectedComponents.boxes(of: pixels).reduce(0) { $0 + $1.area } == pixels.area)
            }
        }
    }

    @Test func truncatedPhotographs_areRefused() throws {
        for name in try names() {
            let whole = try bytes("JPEGImages/\(name).jpg")
            for length in [whole.count / 3, whole.count / 2, whole.count * 9 / 10, whole.count - 2] {
                #expect(throws: ImageError.self, "\(name), \(length) bytes") {
                    try ImageDecoder().decode(whole.prefix(length))
                }
            }
        }
    }
}
