import Foundation
import TestSupport
import Testing

@testable import Engine

@Suite struct GroundTruthTests {
    private func png(
        _ indices: [Int], width: Int = 2, height: Int = 2, bitDepth: Int = 8,
        colorType: PNGFixture.ColorType = .indexed
    ) -> Data {
        PNGFixture(
            width: width, height: height, bitDepth: bitDepth, colorType: colorType,
            palette: colorType == .indexed ? [[0, 0, 0]] : [], pixel: { x, y in [indices[y * width + x]] }
        ).bytes
    }

    private func error(_ bytes: Data, classCount: Int = 20) -> InvalidGroundTruth? {
        #expect(throws: InvalidGroundTruth.self) {
            try GroundTruth.decode(bytes, width: 2, height: 2, classCount: classCount)
        }
    }

    @Test func indices_areRead_and255IsIgnored() throws {
        let truth = try GroundTruth.decode(png([0, 20, 255, 1]), width: 2, height: 2, classCount: 20)
        #expect(truth.indices == [0, 20, IndexMask.ignore, 1])
    }

    @Test func manyClasses_comeIn16Bits() throws {
        let bytes = png([0, 300, 65535, 255], bitDepth: 16, colorType: .gray)
        let truth = try GroundTruth.decode(bytes, width: 2, height: 2, classCount: 300)
        #expect(truth.indices == [0, 300, IndexMask.ignore, 255])
        #expect(error(bytes, classCount: 299) == .index(300, classCount: 299))
    }

    @Test func indexBeyondTheClasses_isNamedWithTheirCount() throws {
        let found = try #require(error(png([0, 21, 0, 0])))
        #expect(found == .index(21, classCount: 20))
        #expect(found.description.contains("index 21") && found.description.contains("20 classes"))
    }

    @Test(arguments: [(2, 3), (3, 2), (1, 4), (4, 1)])
    func anotherSize_isNamedWithTheMasks_fromTheHeaderAlone(_ width: Int, _ height: Int) throws {
        let bytes = png([Int](repeating: 0, count: width * height), width: width, height: height)
        let found = try #require(error(bytes))
        #expect(found == .size(width: width, height: height, maskWidth: 2, maskHeight: 2))
        #expect(found.description.contains("\(width) x \(height)") && found.description.contains("2 x 2"))
        #expect(throws: found) { try GroundTruth.checkHeader(bytes.prefix(60), width: 2, height: 2) }
    }

    @Test func othersFiles_areNoGroundTruth() throws {
        #expect(error(Data()) == .unreadable(.empty))
        let alpha = PNGFixture(width: 2, height: 2, colorType: .grayAlpha, pixel: { _, _ in [0, 255] }).bytes
        for bytes in [alpha, JPEGFixture.gray.bytes, Data("GIF89a".utf8)] {
            #expect(error(bytes)?.description.contains("indexed or gray PNG") == true)
            #expect(throws: InvalidGroundTruth.self) { try GroundTruth.checkHeader(bytes, width: 2, height: 2) }
        }
        #expect(error(Picture.enormousPNG) != nil)
    }

    @Test func coloursOfNoClass_areListed() throws {
        let bytes = PNGFixture(
            width: 2, height: 2, pixel: { x, y in y == 0 ? [255, 0, 0] : x == 0 ? [0, 0, 0] : [1, 2, 3] }
        ).bytes
        let found = try #require(error(bytes))
        #expect(found.description.contains("#ff0000 (2 pixels), #010203 (1 pixel);"), "\(found)")
        #expect(try JSONDecoder().decode(InvalidGroundTruth.self, from: JSONEncoder().encode(found)) == found)
    }

    @Test func nothingButBackgroundAnd255_isRefusedWithTheCure() throws {
        for (indices, ignored) in [([0, 255, 255, 0], 2), ([255, 255, 255, 255], 4)] {
            let found = try #require(error(png(indices)))
            #expect(found == .noClass(ignored: ignored, pixels: 4))
            #expect(found.description.contains("recode 255 to its class"))
        }
        let deep = png([0, 65535, 0, 0], bitDepth: 16, colorType: .gray)
        #expect(error(deep) == .noClass(ignored: 1, pixels: 4))
        // None of the classes is something that a person can say.
        #expect(
            try GroundTruth.decode(png([0, 0, 0, 0]), width: 2, height: 2, classCount: 20).indices == [0, 0, 0, 0])
    }

    @Test func void255In16Bits_isNamed() throws {
        let found = try #require(error(png([0, 255, 1, 0], bitDepth: 16, colorType: .gray)))
        #expect(found.description.contains("65535"))
    }

    @Test func truncatedFile_isRefusedAtEveryLength() {
        let whole = png([0, 1, 2, 255])
        for length in 0..<whole.count { #expect(error(whole.prefix(length)) != nil, "\(length) bytes") }
    }

    @Test func error_survivesJSON() throws {
        for error in [
            InvalidGroundTruth.unreadable(.corrupt(.png, reason: "x")), .index(3, classCount: 2),
            .size(width: 1, height: 2, maskWidth: 3, maskHeight: 4),
        ] {
            #expect(try JSONDecoder().decode(InvalidGroundTruth.self, from: JSONEncoder().encode(error)) == error)
        }
    }
}
