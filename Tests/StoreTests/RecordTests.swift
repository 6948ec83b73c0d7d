import Foundation
import Testing

@testable import Store

@Suite struct RecordTests {
    @Test(arguments: [
        "", "ab", String(repeating: "a", count: 63), String(repeating: "a", count: 65),
        String(repeating: "A", count: 64), String(repeating: "g", count: 64),
        "../" + String(repeating: "a", count: 61), String(repeating: "é", count: 32),
        String(repeating: "a", count: 63) + "\n",
    ])
    func textThatIsNoDigest_isRefused(_ text: String) {
        #expect(MaskID(rawValue: text) == nil)
        #expect(ContentDigest(rawValue: text) == nil)
    }

    @Test func digestOf64HexDigits_isTaken() {
        let text = String(repeating: "0123456789abcdef", count: 4)
        #expect(MaskID(rawValue: text)?.rawValue == text)
        #expect(ContentDigest(rawValue: text)?.rawValue == text)
    }

    @Test func createdAt_isRoundedToMilliseconds() throws {
        let record = try MaskRecord.make(createdAt: Date(timeIntervalSince1970: 1_700_000_000.1236))
        #expect(record.createdAt == Date(timeIntervalSince1970: 1_700_000_000.124))
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300])
    func impossibleDate_doesNotTrap(_ seconds: Double) throws {
        let record = try MaskRecord.make(createdAt: Date(timeIntervalSince1970: seconds))
        #expect(abs(record.createdAt.timeIntervalSince1970) <= 1e12)
    }

    static let invalidClasses: [(String, ClassRecord)] = [
        ("classes.11.posterior", .make(posterior: .nan)),
        ("classes.11.posterior", .make(posterior: 1.001)),
        ("classes.11.areaShare", .make(areaShare: -0.001)),
        ("classes.11.meanPosterior", .make(meanPosterior: .infinity)),
        ("classes.11.name", .make(name: "")),
        ("classes.11.rleCounts", .make(rleCounts: "")),
        ("classes.-1", .make(classIndex: -1)),
        ("classes.11.boxes", .make(boxes: [BoxRecord(x: 1, y: 0, width: 40, height: 1)])),
        ("classes.11.boxes", .make(boxes: [BoxRecord(x: 0, y: 0, width: 0, height: 1)])),
        ("classes.11.boxes", .make(boxes: [BoxRecord(x: .max, y: .max, width: .max, height: .max)])),
    ]

    @Test(arguments: invalidClasses)
    func classOutOfRange_isRefusedNamingTheField(_ field: String, _ entry: ClassRecord) throws {
        try expectInvalid(field, .make(classes: [entry]))
    }

    @Test func classGivenTwice_isRefused() throws {
        try expectInvalid("classes.11", .make(classes: [.make(), .make()]))
    }

    @Test func recordOutOfRange_isRefusedNamingTheField() throws {
        try expectInvalid("imageWidth", .make(width: 0))
        try expectInvalid("imageHeight", .make(height: -1))
        try expectInvalid("maskPNG", .make(pngBytes: 0))
        try expectInvalid("timings.cam", .make(timings: [StageTiming(stage: "cam", seconds: .nan)]))
    }

    @Test func emptyImage_isRefused() throws {
        try expectInvalid("imageBytes", .make(), imageBytes: Data())
    }

    @Test func imageOfAnotherLengthUnderTheSameDigest_isRefused() throws {
        let store = try Store.openTemporary()
        try store.insert(.make(id: 1, image: 5), imageBytes: Data([1, 2]))
        let error = #expect(throws: StoreError.self) {
            try store.insert(.make(id: 2, image: 5), imageBytes: Data([1, 2, 3]))
        }
        #expect(error?.description.hasPrefix("imageBytes: 3 bytes") == true)
        #expect(try store.image(.make(5)) == Data([1, 2]))
    }

    @Test func limitOfZero_isRefusedAndEvictsNothing() throws {
        let directory = try TemporaryDirectory()
        try directory.fill(1)
        #expect(throws: StoreError.invalid(field: "limitBytes", reason: "must be positive, is 0")) {
            try Store.open(directory: directory.path, limitBytes: 0)
        }
        #expect(try Store.open(directory: directory.path).summary.masks == 1)
    }

    private func expectInvalid(_ field: String, _ record: MaskRecord, imageBytes: Data = Data([1])) throws {
        let store = try Store.openTemporary()
        let error = #expect(throws: StoreError.self) { try store.insert(record, imageBytes: imageBytes) }
        guard case .invalid(field, _) = error else {
            Issue.record("expected .invalid for \(field), got \(String(describing: error))")
            return
        }
        #expect(try store.summary.masks == 0)
    }
}
