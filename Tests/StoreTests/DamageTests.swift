import Foundation
import Testing

@testable import Store

/// Payloads that are not what was written, in pages that SQLite finds in order.
@Suite struct DamageTests {
    private let store: Store

    init() throws {
        store = try Store.openTemporary()
        try store.insert(.make(id: 1), imageBytes: imageBytes(1))
        try store.insert(.make(id: 2), imageBytes: imageBytes(2))
    }

    private static let damages = [
        "UPDATE mask SET png = CAST(x'00' || substr(png, 2) AS BLOB) WHERE number = 1",
        "UPDATE mask SET png = substr(png, 1, 999) WHERE number = 1",
        "UPDATE maskClass SET rleCounts = rleCounts || '0' WHERE mask = 1 AND position = 1",
        "UPDATE maskClass SET name = 'cow' WHERE mask = 1 AND position = 0",
        "UPDATE maskClass SET posterior = 0.5 WHERE mask = 1 AND position = 0",
        "UPDATE maskClass SET boxes = '[]' WHERE mask = 1 AND position = 0",
    ]

    private func damage(_ sql: String) throws { try store.connections.write { db in try db.execute(sql: sql) } }

    private func damaged() throws -> StoreError { .maskDamaged(path: store.directory.database, id: try .make(1)) }

    @Test(arguments: damages) func damagedMask_isNamed_andTheOthersAreRead(_ sql: String) throws {
        try damage(sql)
        #expect(throws: try damaged()) { try store.mask(.make(1)) }
        #expect(try damaged().description.contains("\(MaskID.make(1))"))
        #expect(try store.mask(.make(2)) == .make(id: 2))
    }

    @Test(arguments: damages) func maskMadeAnew_takesItsPlace(_ sql: String) throws {
        let before = try store.summary
        _ = try store.setGroundTruth(.make(1), of: .make(1))
        try damage(sql)
        #expect(try store.insert(.make(id: 1), imageBytes: imageBytes(1)) == .inserted)
        #expect(try store.mask(.make(1)) == .make(id: 1))
        #expect(try store.insert(.make(id: 1), imageBytes: imageBytes(1)) == .alreadyStored)
        #expect(try store.summary.masks == before.masks)
        #expect(try store.groundTruth(of: .make(1)) == .make(1), "it was compared with the same mask")
        try store.expectConsistent()
    }

    @Test(arguments: damages) func job_takesNoDamagedMaskFromTheStore_andReplacesIt(_ sql: String) throws {
        let first = try store.submitted(.make(images: [1])).id
        _ = try store.finishFromCache(first, after: -1, limit: 9) { item, _ in manifestLine(item) }
        let result = try store.record(first)
        try damage(sql)
        let second = try store.submitted(.make(images: [1, 2])).id
        #expect(try store.finishFromCache(second, after: -1, limit: 9) { item, _ in manifestLine(item) }?.count == 1)
        try store.completeAll()
        #expect(try store.states(second) == [.done, .done])
        #expect(try store.mask(.make(1)) == .make(id: 1))
        #expect(try store.record(first) == result, "the same mask: the first job's result is what it was")
        try store.expectConsistent()
    }

    @Test func otherBytesInItsPlace_areAnotherResult() throws {
        let job = try store.submitted(.make(images: [1])).id
        _ = try store.finishFromCache(job, after: -1, limit: 9) { item, _ in manifestLine(item) }
        _ = try store.setGroundTruth(.make(1), of: .make(1))
        let before = try store.record(job)
        try damage(Self.damages[0])
        try store.insert(.make(id: 1, pngBytes: 3000), imageBytes: imageBytes(1))
        let after = try store.record(job)
        #expect(after.revision > before.revision && after.result.archiveBytes == before.result.archiveBytes + 2048)
        #expect(try store.groundTruth(of: .make(1)) == nil)
        try store.expectConsistent()
    }

    @Test func damagedResult_breaksOff() throws {
        let job = try store.submitted(.make(images: [1])).id
        _ = try store.finishFromCache(job, after: -1, limit: 9) { item, _ in manifestLine(item) }
        let entries = try store.resultEntries(JobResultRange(store.record(job), after: -1), after: -1, limit: 9)
        try damage(Self.damages[0])
        #expect(throws: try damaged()) { try store.png(of: entries[0]) }
        try damage(Self.damages[2])
        #expect(throws: try damaged()) { try store.classes(of: entries[0]) }
    }

    /// From the reference implementation.
    @Test(arguments: [
        ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
        ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
    ] as [(String, UInt64)])
    func checksum_isXXH64(_ text: String, _ expected: UInt64) {
        #expect(Array(text.utf8).withUnsafeBytes { Checksum.hash($0, seed: 0) } == expected)
    }
}
