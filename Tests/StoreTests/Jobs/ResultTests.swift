import Foundation
import Testing

@testable import Store

@Suite struct ResultTests {
    let store: Store
    let job: JobID

    /// Twelve items; every third fails, the last two are not begun. PNGs differ in length.
    init() throws {
        store = try Store.openTemporary()
        let items = try (0..<12).map { try NewJob.Item.make(mask: $0 + 1, name: "ü\($0)") }
        job = try store.submitted(.make(items)).id
        for image in 1...12 { try store.add(image: image) }
        for index in 0..<10 {
            let claim = try #require(try store.claimed())
            if index % 3 == 2 { try store.failed(claim) } else { try store.completed(claim, pngBytes: 100 + index) }
        }
    }

    private func entries(_ range: JobResultRange, page: Int) throws -> [JobResultEntry] {
        var all: [JobResultEntry] = []
        while true {
            let next = try store.resultEntries(range, after: all.last?.position ?? -1, limit: page)
            if next.isEmpty { return all }
            all += next
        }
    }

    private func lines(_ range: JobResultRange, page: Int) throws -> [(position: Int, line: String)] {
        var all: [(position: Int, line: String)] = []
        while true {
            let next = try store.manifestLines(range, after: all.last?.position ?? -1, limit: page)
            if next.isEmpty { return all }
            all += next
        }
    }

    @Test(arguments: [-1, 0, 4, 11, 100])
    func totals_areTheSumOfThePages(after: Int) throws {
        let range = JobResultRange(try store.record(job), after: after)
        let totals = try store.resultTotals(range)
        let entries = try entries(range, page: 2)
        let lines = try lines(range, page: 3)
        #expect(totals.nameBytes == entries.reduce(0) { $0 + $1.name.utf8.count + 1 })
        #expect(totals.manifestBytes == lines.reduce(0) { $0 + $1.line.utf8.count + 1 })
        #expect(entries.map(\.position) == (0..<10).filter { $0 > after && $0 % 3 != 2 })
        #expect(lines.map(\.position) == (0..<10).filter { $0 > after })
    }

    @Test func entries_giveTheirMasks() throws {
        for entry in try entries(JobResultRange(try store.record(job), after: -1), page: 5) {
            let png = try #require(try store.png(of: entry))
            #expect(png == noise(100 + entry.position, seed: entry.position + 1))
            #expect(png.count == entry.pngBytes)
            let found = try #require(try store.classes(of: entry))
            #expect((found.width, found.height) == (40, 30))
            #expect(try found.classes == MaskRecord.make().classes)
        }
    }

    @Test func range_isThatOfItsRevision() throws {
        let range = JobResultRange(try store.record(job), after: -1)
        let before = (try store.resultTotals(range), try entries(range, page: 100))
        try store.completeAll()
        #expect(try store.resultTotals(range) == before.0)
        #expect(try entries(range, page: 100) == before.1)
        #expect(try lines(range, page: 100).count == 10)
        #expect(try lines(JobResultRange(try store.record(job), after: -1), page: 100).count == 12)
        _ = try store.retry(job)
        try store.completeAll()
        #expect(try entries(range, page: 100) == before.1, "what was retried ends at a later revision")
    }

    @Test func totals_areOnTheJobsRow_andThoseOfAnyPartAddUp() throws {
        let record = try store.record(job)
        let whole = try entries(JobResultRange(record, after: -1), page: 100)
        #expect(try store.resultTotals(JobResultRange(record, after: -1)) == record.result)
        for after in -1..<13 {
            let totals = try store.resultTotals(JobResultRange(record, after: after))
            let left = whole.filter { $0.position > after }
            #expect(totals.nameBytes == left.reduce(0) { $0 + $1.name.utf8.count + 1 })
            #expect(
                totals.archiveBytes
                    == left.reduce(0) { $0 + ResultLayout.mask(named: $1.name, bytes: $1.pngBytes, modified: 0).length })
            let lines = try lines(JobResultRange(record, after: after), page: 100)
            #expect(totals.manifestBytes == lines.reduce(0) { $0 + $1.line.utf8.count + 1 })
        }
        // Nothing but the row is read for the whole.
        try store.connections.write { db in
            try db.execute(sql: "UPDATE jobItem SET name = position || 'x', manifest = iif(manifest IS NULL, NULL, 'x')")
        }
        #expect(try store.resultTotals(JobResultRange(store.record(job), after: -1)) == record.result)
    }

    @Test func purgedJob_givesNothing() throws {
        let range = JobResultRange(try store.record(job), after: -1)
        let rest = JobResultRange(try store.record(job), after: 0)
        let entry = try entries(range, page: 1)[0]
        #expect(try store.purge(job))
        #expect(
            try store.resultTotals(rest) == JobResultTotals(nameBytes: 0, manifestBytes: 0, archiveBytes: 0))
        #expect(try entries(range, page: 5).isEmpty)
        try store.connections.write { db in try db.execute(sql: "DELETE FROM mask") }
        #expect(try store.png(of: entry) == nil)
        #expect(try store.classes(of: entry) == nil)
    }

    /// SQLite gives the highest row's number again.
    @Test func maskMadeInAnEvictedOnesPlace_isNotTakenForIt() throws {
        let entry = try #require(try entries(JobResultRange(try store.record(job), after: -1), page: 9).last)
        #expect(try store.purge(job))
        try store.connections.write { db in try db.execute(sql: "DELETE FROM mask") }
        for id in 20...40 { try store.insert(.make(id: id), imageBytes: imageBytes(id)) }
        #expect(try store.png(of: entry) == nil)
        #expect(try store.classes(of: entry) == nil)
    }

    @Test func items_arePagedInEachOrder() throws {
        func all(_ selection: JobItemSelection, cursor: (JobItemRecord) -> Int?) throws -> [Int] {
            var found: [JobItemRecord] = []
            while true {
                let after = found.last.flatMap(cursor) ?? -1
                let next = try #require(try store.jobItems(of: job, selection, after: after, limit: 2))
                if next.isEmpty { return found.map(\.position) }
                found += next
            }
        }
        #expect(try all(.all, cursor: \.position) == Array(0..<12))
        #expect(try all(.inState(.failed), cursor: \.position) == [2, 5, 8])
        #expect(try all(.inState(.queued), cursor: \.position) == [10, 11])
        #expect(try all(.ended([.done, .failed]), cursor: \.finished) == Array(0..<10))
        _ = try store.retry(job)
        try store.completeAll()
        #expect(try all(.ended([.done]), cursor: \.finished) == [0, 1, 3, 4, 6, 7, 9, 2, 5, 8, 10, 11])
    }
}
