import Foundation
import Testing

@testable import Engine

@Suite struct ImageErrorTests {
    @Test func noBytes_areEmpty() {
        #expect(throws: ImageError.empty) { try ImageDecoder().decode(Data()) }
    }

    @Test func otherFormats_areNamed() {
        let cases: [(Data, String)] = [
            (Data("GIF89a".utf8), "GIF"), (Data("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ".utf8), "WebP"),
            (Data("<!DOCTYPE html>".utf8), "HTML"), (Data([0, 0, 0, 24]) + Data("ftypheic".utf8), "HEIC"),
            (JPEGFixture.baseline.bytes.base64EncodedData(), "base64 text of a JPEG"),
        ]
        for (bytes, name) in cases {
            let expected = ImageError.notAnImage(foundPrefix: Data(bytes.prefix(12)))
            #expect(throws: expected) { try ImageDecoder().decode(bytes) }
            #expect(expected.description.contains("looks like \(name) "))
            #expect(expected.description.contains("Accepted are JPEG and PNG"))
        }
    }

    @Test func unknownBytes_areShown() {
        let error = ImageError.notAnImage(foundPrefix: Data([0, 1, 0xAB]))
        #expect(error.description.contains("it begins with the bytes 00 01 ab"))
    }

    @Test(arguments: [
        ImageError.empty, .notAnImage(foundPrefix: Data([0, 0xFF])), .tooManyPixels(width: 1, height: 2, limit: 1),
        .corrupt(.jpeg, reason: "a \"marker\""), .unsupported(.png, reason: ""),
    ]) func errors_areTheSameAfterATripBetweenProcesses(_ error: ImageError) throws {
        #expect(try JSONDecoder().decode(ImageError.self, from: JSONEncoder().encode(error)) == error)
    }

    @Test func limit_isTold() {
        #expect(
            ImageError.tooManyPixels(width: 30000, height: 20000, limit: 40_000_000).description
                == "The image has 30000 x 20000 pixels; the limit is 40000000 pixels. Send a smaller one.")
    }

    @Test func formats_areToldByTheirFirstBytes() {
        #expect(ImageFormat.sniff(JPEGFixture.gray.bytes) == .jpeg)
        #expect(ImageFormat.sniff(PNGFixture(width: 1, height: 1, pixel: { _, _ in [0, 0, 0] }).bytes) == .png)
        #expect(ImageFormat.sniff(Data([0xFF, 0xD8])) == nil)
        #expect(ImageFormat.jpeg.mediaType == "image/jpeg")
        #expect(ImageFormat.png.mediaType == "image/png")
    }
}
