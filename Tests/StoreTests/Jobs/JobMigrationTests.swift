import Foundation
import GRDB
import Testing

@testable import Store

/// From the database of the first release.
@Suite struct JobMigrationTests {
    let directory: TemporaryDirectory
    let unit: Int

    init() throws {
        directory = try TemporaryDirectory()
        unit = try MaskRecord.make().storedBytes + 100
    }

    /// Five masks, used in the order 3, 1, 5, 2, 4.
    private func makeFirstVersion() throws {
        try OldDatabase.make(in: directory, upTo: "1 masks") { old in
            for (use, id) in [3, 1, 5, 2, 4].enumerated() { try old.mask(id, lastUsed: Int64(use + 1)) }
        }
    }

    @Test func masks_areKeptInTheOrderOfTheirUses() throws {
        try makeFirstVersion()
        let store = try Store.open(directory: directory.path, limitBytes: 5 * unit)
        try store.expectConsistent()
        #expect(try store.summary == StoreSummary(masks: 5, images: 5, bytes: 5 * unit, limitBytes: 5 * unit))
        var left = Set([1, 2, 3, 4, 5])
        for (new, victim) in [(10, 3), (11, 1), (12, 5), (13, 2), (14, 4)] {
            for id in left { #expect(try store.image(.make(id)) == imageBytes(id)) }
            try store.insert(.make(id: new), imageBytes: imageBytes(new))
            left.remove(victim)
            #expect(try Set((1...5).filter { try store.image(.make($0)) != nil }) == left, "after \(victim)")
        }
        try store.expectConsistent()
    }

    @Test func masks_areReadAndUsedByJobs() throws {
        try makeFirstVersion()
        let store = try Store.open(directory: directory.path)
        for id in 1...5 { #expect(try store.mask(.make(id)) == .make(id: id)) }
        let job = try store.submitted(.make(images: [1, 2, 3, 4, 5])).id
        #expect(try store.states(job) == Array(repeating: .queued, count: 5))
        #expect(try store.finishFromCache(job, after: -1, limit: 9) { item, _ in item.name }?.last == 4)
        try store.expectConsistent()
        store.close()
        let again = try Store.open(directory: directory.path, limitBytes: 1)
        #expect(try again.states(job) == Array(repeating: .done, count: 5))
        #expect(try again.summary.masks == 5)
    }
}
