import Foundation
import Testing

@testable import Store

@Suite struct EvictionTests {
    let directory: TemporaryDirectory
    /// What one record of `make` with an image of 100 bytes takes.
    let unit: Int

    init() throws {
        directory = try TemporaryDirectory()
        unit = try MaskRecord.make().storedBytes + 100
    }

    private func open(units: Int) throws -> Store {
        try Store.open(directory: directory.path, limitBytes: unit * units)
    }

    private func insert(_ ids: Int..., into store: Store) throws {
        for id in ids {
            try store.insert(.make(id: id), imageBytes: noise(100, seed: id))
        }
    }

    /// Which of 1...9 are there, found without counting as a use.
    private func stored(_ store: Store) throws -> [Int] {
        try (1...9).filter { try store.image(.make($0)) != nil }
    }

    @Test func fullStore_evictsTheLeastRecentlyInserted() throws {
        let store = try open(units: 3)
        try insert(1, 2, 3, into: store)
        #expect(try stored(store) == [1, 2, 3])
        try insert(4, into: store)
        #expect(try stored(store) == [2, 3, 4])
        #expect(try store.mask(.make(1)) == nil)
        #expect(try store.summary == StoreSummary(masks: 3, images: 3, bytes: 3 * unit, limitBytes: 3 * unit))
    }

    @Test func readingAMask_savesItFromEviction() throws {
        let store = try open(units: 3)
        try insert(1, 2, 3, into: store)
        #expect(try store.mask(.make(1)) != nil)
        try insert(4, into: store)
        #expect(try stored(store) == [1, 3, 4])
        #expect(try store.mask(.make(3)) != nil)
        try insert(5, 6, into: store)
        #expect(try stored(store) == [3, 5, 6])
    }

    @Test func insertingAgain_savesFromEviction() throws {
        let store = try open(units: 2)
        try insert(1, 2, 1, 3, into: store)
        #expect(try stored(store) == [1, 3])
    }

    @Test func recency_survivesReopening() throws {
        let store = try open(units: 3)
        try insert(1, 2, 3, into: store)
        #expect(try store.mask(.make(1)) != nil)
        store.close()
        let again = try open(units: 3)
        try insert(4, into: again)
        #expect(try stored(again) == [1, 3, 4])
    }

    @Test func manyReads_areToBeWrittenDown_andNoReaderDoesIt() throws {
        let store = try open(units: 3)
        try insert(1, 2, 3, into: store)
        #expect(try store.mask(.make(1)) != nil)
        for id in 10..<10 + Recency.capacity {
            store.recency.touch(try .make(id))
        }
        #expect(try store.mask(.make(2)) != nil)
        #expect(store.recency.pending.count == Recency.capacity + 2)
        #expect(store.takeRecencyDue() && !store.takeRecencyDue(), "one of those who ask")
        store.writeRecency()
        #expect(store.recency.pending.isEmpty && !store.takeRecencyDue())
        try insert(4, into: store)
        #expect(try stored(store) == [1, 2, 4])
    }

    @Test func imageFile_goesWithItsLastMask() throws {
        let store = try Store.open(directory: directory.path, limitBytes: 2 * unit)
        try store.insert(.make(id: 1, image: 1), imageBytes: noise(100, seed: 1))
        // The second mask of the same image takes `unit - 100`.
        try store.insert(.make(id: 2, image: 1), imageBytes: noise(100, seed: 1))
        try insert(3, into: store)
        #expect(try store.mask(.make(1)) == nil)
        #expect(try store.mask(.make(2)) != nil)
        #expect(try directory.imageFiles == ["01/\(ContentDigest.make(1))", "03/\(ContentDigest.make(3))"])
        try insert(4, 5, into: store)
        #expect(try store.mask(.make(2)) == nil)
        #expect(try directory.imageFiles == ["04/\(ContentDigest.make(4))", "05/\(ContentDigest.make(5))"])
    }

    @Test func recordLargerThanTheLimit_isRefusedAndEvictsNothing() throws {
        let store = try open(units: 2)
        try insert(1, 2, into: store)
        let large = try MaskRecord.make(id: 3, pngBytes: 2 * unit)
        let bytes = large.storedBytes + 1
        #expect(throws: StoreError.recordTooLarge(bytes: bytes, limit: 2 * unit)) {
            try store.insert(large, imageBytes: Data([1]))
        }
        #expect(try stored(store) == [1, 2])
    }

    @Test func recordOfExactlyTheLimit_evictsAllOthers() throws {
        let store = try open(units: 2)
        try insert(1, 2, into: store)
        let exact = try MaskRecord.make(id: 3, pngBytes: 1000 + unit)
        try store.insert(exact, imageBytes: noise(100, seed: 3))
        #expect(try stored(store) == [3])
        #expect(try store.summary.bytes == 2 * unit)
    }

    @Test func lowerLimitAtOpening_evictsDownToIt() throws {
        let store = try open(units: 9)
        try insert(1, 2, 3, 4, 5, 6, 7, 8, 9, into: store)
        store.close()
        let again = try open(units: 2)
        #expect(try stored(again) == [8, 9])
        #expect(try directory.imageFiles == ["08/\(ContentDigest.make(8))", "09/\(ContentDigest.make(9))"])
    }

    @Test func databaseFile_shrinksAfterEviction() throws {
        let empty = try TemporaryDirectory()
        try Store.open(directory: empty.path).close()
        try directory.fill(40, pngBytes: 100_000)
        let before = try directory.databaseBytes.count
        #expect(before > 4_000_000)
        try Store.open(directory: directory.path, limitBytes: 150_000).close()
        let kept = Eviction.keptFreePages * 4096
        #expect(try directory.databaseBytes.count < kept + empty.databaseBytes.count + 200_000)
    }
}
