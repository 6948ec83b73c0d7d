import Foundation
import Testing

@testable import Engine

@Suite struct ImageErrorTests {
    @Test func noBytes_areEmpty() {
        #expect(throws: ImageError.empty) { try ImageDecoder().decode(Data()) }
    }

    @Test func unknownBytes_areShown() {
        let error = ImageError.notAnImage(foundPrefix: Data([0, 1, 0xAB]))
        #expect(error.description.contains("it begins with the bytes 00 01 ab"))
    }

    @Test(arguments: [
        ImageError.empty, .notAnImage(foundPrefix: Data([0, 0xFF])), .tooManyPixels(width: 1, height: 2, limit: 1),
        .corrupt(.jpeg, reason: "a \"marker\""), .unsupported(.png, reason: ""), .sideTooLong(.webp, reason: "x"),
    ]) func errors_areTheSameAfterATripBetweenProcesses(_ error: ImageError) throws {
        #expect(try JSONDecoder().decode(ImageError.self, from: JSONEncoder().encode(error)) == error)
    }

    @Test func limit_isTold() {
        #expect(
            ImageError.tooManyPixels(width: 30000, height: 20000, limit: 40_000_000).description
                == "The image has 30000 x 20000 pixels; the limit is 40000000 pixels. Send a smaller one.")
    }
}
