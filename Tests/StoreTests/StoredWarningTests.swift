import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct StoredWarningTests {
    private static let warnings = [
        WarningRecord(code: "odd_header", detail: #"a "field"; 猫 "code":"other""#),
        WarningRecord(code: "label_found_nothing", detail: "dog"),
    ]

    private static func record(_ id: Int, _ warnings: [WarningRecord], ignored: String? = nil) throws -> MaskRecord {
        let plain = try MaskRecord.make(id: id)
        return MaskRecord(
            id: plain.id, imageSHA256: plain.imageSHA256, imageWidth: plain.imageWidth,
            imageHeight: plain.imageHeight, imageMediaType: plain.imageMediaType, modelDigest: plain.modelDigest,
            options: plain.options, labelSource: plain.labelSource, maskPNG: plain.maskPNG, classes: plain.classes,
            timings: plain.timings, warnings: warnings, ignoredCounts: ignored, createdAt: plain.createdAt)
    }

    @Test func maskIsReadBack_withWarningsAndLeftOutPixels() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.open(directory: directory.path)
        let record = try Self.record(1, Self.warnings, ignored: "0P2")
        try store.insert(record, imageBytes: imageBytes(1))
        #expect(try store.mask(.make(1)) == record)
        let plain = try MaskRecord.make(id: 2)
        try store.insert(plain, imageBytes: imageBytes(2))
        #expect(try store.mask(.make(2)) == plain)
        try store.expectConsistent()
    }

    @Test(arguments: ["warnings = replace(warnings, 'odd', 'odx')", "warnings = 'no JSON'", "ignored = '0P3'"])
    func damagedNotes_areNotGivenOut_andTheMaskCanBeMadeAnew(_ damage: String) throws {
        let directory = try TemporaryDirectory()
        let store = try Store.open(directory: directory.path)
        let record = try Self.record(1, Self.warnings, ignored: "0P2")
        try store.insert(record, imageBytes: imageBytes(1))
        try store.connections.write { db in try db.execute(sql: "UPDATE maskMark SET \(damage)") }
        #expect(throws: StoreError.maskDamaged(path: store.directory.database, id: try .make(1))) {
            try store.mask(.make(1))
        }
        try store.insert(record, imageBytes: imageBytes(1))
        #expect(try store.mask(.make(1)) == record)
    }

    @Test func itemsAreFoundByWarning() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.open(directory: directory.path)
        let job = try store.submittedWithImages([1, 2, 3]).id
        while let claim = try store.claimed() {
            let id = try number(claim.item.mask)
            let warnings = id == 3 ? [] : Array(Self.warnings.prefix(id))
            try store.complete(
                claim, with: Self.record(id, warnings), isFromCache: false, manifest: manifestLine(claim.item))
        }
        func names(_ warning: WarningFilter?) throws -> [String] {
            try #require(
                try store.jobItems(of: job, .all, warning: warning, limit: 9, for: .everybody)
            ).map(\.name)
        }
        #expect(try names(nil) == ["0", "1", "2"] && names(.any) == ["0", "1"])
        #expect(try names(.code("odd_header")) == ["0", "1"] && names(.code("label_found_nothing")) == ["1"])
        #expect(try names(.code("other")).isEmpty && names(.code("%")).isEmpty)
        let items = try #require(try store.jobItems(of: job, .all, limit: 9, for: .everybody))
        #expect(items.map(\.warnings.count) == [1, 2, 0])
        let plan = try store.rows(
            "EXPLAIN QUERY PLAN SELECT 1 FROM jobItem WHERE job = 1 AND position > -1 AND warnings IS NOT NULL")
        #expect("\(plan)".contains("jobItemByWarning"))
    }

    /// From the database of a release that knew of no warnings.
    @Test func recordsFromBefore_haveNone() throws {
        let directory = try TemporaryDirectory()
        try OldDatabase.make(in: directory, upTo: "5 overlays") { old in
            let mask = try old.mask(1)
            try old.db.execute(
                sql: "INSERT INTO maskMark VALUES (?, '', ?, ?)",
                arguments: [
                    mask, Checksum.of(try MaskRecord.make(id: 1).maskPNG),
                    Checksum.of(try MaskRecord.make(id: 1).classes),
                ])
            try old.item(0, of: old.job(.random(), owner: "", hasEnded: true), image: 1, state: .done, result: mask)
            try old.db.execute(
                sql: "UPDATE job SET classes = 2, emptyClasses = 1, posteriorSum = 0.875, areaShareSum = 2.0 / 3")
        }
        let store = try Store.open(directory: directory.path)
        #expect(try store.mask(.make(1)) == .make(id: 1))
        let job = try #require(try store.jobs(limit: 9).first)
        #expect(try store.items(job.id).map(\.warnings) == [[]])
        #expect(try store.jobItems(of: job.id, .all, warning: .any, limit: 9, for: .everybody)?.isEmpty == true)
        #expect(try store.rows("PRAGMA user_version").first?["user_version"] == Schema.version)
        store.close()
    }
}
