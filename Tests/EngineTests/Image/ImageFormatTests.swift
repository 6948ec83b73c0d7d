import Foundation
import Testing

@testable import Engine

@Suite struct ImageFormatTests {
    @Test func formats_areToldByTheirFirstBytes() {
        #expect(ImageFormat.sniff(JPEGFixture.gray.bytes) == .jpeg)
        #expect(ImageFormat.sniff(PNGFixture(width: 1, height: 1, pixel: { _, _ in [0, 0, 0] }).bytes) == .png)
        for fixture in WebPFixture.allCases { #expect(ImageFormat.sniff(fixture.bytes) == .webp) }
        #expect(ImageFormat.sniff(Data([0xFF, 0xD8])) == nil)
        #expect(ImageFormat.sniff(Data("RIFF\0\0\0\0WAVE".utf8)) == nil)
        // Of a slice as of the whole.
        #expect(ImageFormat.sniff((Data([1, 2]) + WebPFixture.lossy.bytes).dropFirst(2)) == .webp)
    }

    @Test func lists_areDerivedFromTheTable() {
        #expect(ImageFormat.allCases.map(\.mediaType) == ["image/jpeg", "image/png", "image/webp"])
        #expect(ImageFormat.mediaTypes == ["image/jpeg", "image/png", "image/webp"])
        #expect(Set(ImageFormat.acceptedMediaTypes).isSuperset(of: ["image/jpg", "image/pjpeg", "image/webp"]))
        #expect(ImageFormat.names == "JPEG, PNG or WebP")
        let extensions = ImageFormat.allCases.flatMap(\.traits.fileExtensions).map { ".\($0)" }
        #expect(
            ImageFormat.list(extensions, "or") == ".jpg, .jpeg, .jfif, .jpe, .jpg_large, .mpo, .png or .webp")
        #expect(ImageFormat.accept.hasPrefix("image/jpeg,image/png,image/webp,.jpg,"))
        // No extension and no media type belongs to two.
        #expect(ImageFormat.fileExtensions.count == ImageFormat.allCases.flatMap(\.traits.fileExtensions).count)
        #expect(Set(ImageFormat.acceptedMediaTypes).count == ImageFormat.acceptedMediaTypes.count)
    }

    @Test func imageFiles_areToldByTheirNames() {
        for name in [
            "a.jpg", "a.JPEG", "a.jfif", "a.jpe", "a.jpg_large", "a.MPO", "a.png", "a.webp", "a.b.WebP",
            String(repeating: "é", count: 5000) + ".png",
        ] { #expect(ImageFormat.isImageFile(name), "\(name)") }
        for name in ["", "a", ".jpg", ".a.png", "a.tif", "a.jpg ", "ajpg", "a.jpg_larger", "a.jpg_", "a.pñg", "a."] {
            #expect(!ImageFormat.isImageFile(name), "\(name)")
        }
    }

    @Test func stems_loseAnImagesExtensionAlone() {
        let stems = [
            "a.jpg": "a", "a.rf.1.png": "a.rf.1", "scan.2": "scan.2", "a.jpg_large": "a", "a.png.webp": "a.png",
            "a.tif": "a.tif", "a": "a",
        ]
        for (name, stem) in stems { #expect(ImageName.stem(name) == stem) }
    }

    @Test func refusedFormats_areNamedWithAdvice() {
        func container(_ brand: String) -> Data { Data([0, 0, 0, 24]) + Data("ftyp\(brand)".utf8) }
        let cases: [(Data, String, String)] = [
            (Data("GIF89a".utf8), "GIF", "the frame that is meant"),
            (Data("BM\u{1}".utf8), "BMP", "as PNG"),
            (Data("II*\0".utf8), "TIFF", "as PNG"), (Data("MM\0*".utf8), "TIFF", "as PNG"),
            (Data("II+\0".utf8), "TIFF", "as PNG"),
            (container("heic"), "HEIC", "as JPEG"), (container("heix"), "HEIC", "as JPEG"),
            (container("mif1"), "HEIC", "as JPEG"),
            (container("avif"), "AVIF", "JPEG, PNG or WebP"),
            (container("isom"), "a video", "frames"),
            (Data([0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20, 0x0D]), "JPEG 2000", "as PNG"),
            (Data([0xFF, 0x4F, 0xFF, 0x51, 0]), "JPEG 2000", "as PNG"),
            (Data([0xFF, 0x0A, 0]), "JPEG XL", "djxl"),
            (Data("<!DOCTYPE html>".utf8), "HTML", "page"),
            (Data("version https://git-lfs.github.com/spec/v1".utf8), "a Git LFS pointer", "git lfs pull"),
            (JPEGFixture.baseline.bytes.base64EncodedData(), "base64 text of a JPEG", "Decode"),
            (WebPFixture.lossy.bytes.base64EncodedData(), "base64 text of a WebP", "Decode"),
        ]
        for (bytes, name, advice) in cases {
            let expected = ImageError.notAnImage(foundPrefix: Data(bytes.prefix(12)))
            #expect(throws: expected) { try ImageDecoder().decode(bytes) }
            let text = expected.description
            #expect(text.hasPrefix("The image is neither JPEG, PNG nor WebP: it looks like \(name) (first bytes "))
            #expect(text.contains("Accepted are JPEG, PNG and WebP. "))
            #expect(text.contains(advice), "\(text)")
        }
    }

    @Test func unsupportedKinds_areToldWhatToBecome() throws {
        var tooWide = JPEGFixture.baseline.bytes
        let frame = try #require(tooWide.indices.dropLast().first { tooWide[$0] == 0xFF && tooWide[$0 + 1] == 0xC0 })
        tooWide.replaceSubrange(frame + 5..<frame + 9, with: [0, 16, 0xFF, 0xFF])
        let size = #expect(throws: ImageError.self) { try ImageDecoder().decode(tooWide) }
        #expect(size?.description.contains("Send a smaller one") == true)
        #expect(size?.description.contains("8 bits") == false)

        var twelveBit = JPEGFixture.baseline.bytes
        twelveBit[frame + 1] = 0xC1
        twelveBit[frame + 4] = 12
        let kind = #expect(throws: ImageError.self) { try ImageDecoder().decode(twelveBit) }
        #expect(kind?.description.contains("save it as an ordinary JPEG") == true)

        // A mask in another format is not told to become an ordinary file of that format.
        for bytes in [JPEGFixture.baseline.bytes, WebPFixture.lossy.bytes] {
            let mask = #expect(throws: ImageError.self) { try VOCPNG.decode(bytes) }
            #expect(mask?.description.hasSuffix("not supported: a mask is an indexed or gray PNG.") == true)
        }
    }
}
