import Foundation
import Testing

@testable import Store

@Suite struct ConcurrencyTests {
    /// Eviction runs the whole time; a reader finds a mask whole or not at all.
    @Test func readersAndWritersTogether_seeWholeRecordsOnly() async throws {
        let unit = try MaskRecord.make().storedBytes + 100
        let directory = try TemporaryDirectory()
        let store = try Store.open(directory: directory.path, limitBytes: 20 * unit)
        let ids = 1...120
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<3 {
                group.addTask {
                    for id in ids where id % 3 == writer {
                        try store.insert(.make(id: id), imageBytes: noise(100, seed: id))
                    }
                }
            }
            for reader in 1...4 {
                group.addTask {
                    for round in 0..<300 {
                        let id = (round * (2 * reader + 1)) % ids.count + 1
                        if let record = try store.mask(.make(id)) {
                            #expect(try record == .make(id: id))
                        }
                        if let bytes = try store.image(.make(id)) {
                            #expect(bytes == noise(100, seed: id))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.summary == StoreSummary(masks: 20, images: 20, bytes: 20 * unit, limitBytes: 20 * unit))
        #expect(try directory.imageFiles.count == 20)
    }

    @Test func oneIDInsertedByMany_isInsertedOnce() async throws {
        let store = try Store.openTemporary()
        let outcomes = try await withThrowingTaskGroup(of: InsertOutcome.self) { group in
            for _ in 0..<16 {
                group.addTask { try store.insert(.make(id: 1), imageBytes: noise(100, seed: 1)) }
            }
            return try await group.reduce(into: [InsertOutcome]()) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 == .inserted }.count == 1)
        #expect(try store.summary.masks == 1)
    }

    @Test func closeWhileInUse_endsInAResultOrAClearError() async throws {
        let store = try Store.openTemporary()
        try store.insert(.make(id: 1), imageBytes: noise(100, seed: 1))
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for round in 0..<50 {
                        do {
                            let id = task * 50 + round + 2
                            try store.insert(.make(id: id), imageBytes: noise(100, seed: id))
                            #expect(try store.mask(.make(1)) == .make(id: 1))
                        } catch {
                            #expect(error as? StoreError == .closed(path: store.directory.database))
                        }
                    }
                }
            }
            group.addTask { store.close() }
        }
    }
}
