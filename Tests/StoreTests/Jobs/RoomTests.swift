import Foundation
import Testing

@testable import Store

/// What jobs hold on to, under a size limit.
@Suite struct RoomTests {
    let directory: TemporaryDirectory
    /// What one mask of `make` with its image takes.
    let unit: Int

    init() throws {
        directory = try TemporaryDirectory()
        unit = try MaskRecord.make().storedBytes + 100
    }

    private func open(_ bytes: Int) throws -> Store {
        try Store.open(directory: directory.path, limitBytes: bytes)
    }

    @Test func resultOfAJob_isNeverEvicted() throws {
        let store = try open(3 * unit + 3 * JobSchema.bytesPerItem)
        let job = try store.submittedWithImages([1, 2]).id
        try store.completeAll()
        for id in 10...20 { try store.insert(.make(id: id), imageBytes: imageBytes(id)) }
        #expect(try store.mask(.make(1)) != nil && store.mask(.make(2)) != nil)
        #expect(try store.mask(.make(19)) == nil && store.mask(.make(20)) != nil)
        store.close()
        let again = try open(1)
        #expect(try again.mask(.make(20)) == nil)
        #expect(try again.mask(.make(1)) == .make(id: 1))
        #expect(try again.states(job) == [.done, .done])
        try again.expectConsistent()
    }

    @Test func purgedResult_isEvictedFirst() throws {
        let store = try open(3 * unit + 2 * JobSchema.bytesPerItem)
        let job = try store.submittedWithImages([1]).id
        try store.completeAll()
        for id in [10, 11] { try store.insert(.make(id: id), imageBytes: imageBytes(id)) }
        #expect(try store.purge(job))
        #expect(try store.mask(.make(10)) != nil)
        for id in [12] { try store.insert(.make(id: id), imageBytes: imageBytes(id)) }
        #expect(try store.rows("SELECT 1 FROM mask").count == 3)
        #expect(try store.mask(.make(1)) == nil)
        #expect(try directory.imageFiles.count == 3)
        try store.expectConsistent()
    }

    @Test func submission_evictsForItsItems() throws {
        let store = try open(2 * unit + 2 * JobSchema.bytesPerItem)
        for id in [1, 2] { try store.insert(.make(id: id), imageBytes: imageBytes(id)) }
        try store.submitted(.make(images: [3, 4]))
        #expect(try store.mask(.make(1)) == nil && store.mask(.make(2)) != nil)
        #expect(try store.summary.bytes <= store.limitBytes)
    }

    @Test func submissionThatFindsNoRoom_isFullAndStoresNothing() throws {
        let store = try open(6 * JobSchema.bytesPerItem)
        try store.submitted(.make(images: [1, 2, 3]))
        #expect(throws: StoreError.full(limit: store.limitBytes)) {
            try store.submit(.make(images: [4, 5]), key: .make())
        }
        #expect(try store.jobs(limit: 9).count == 1)
        guard case .created = try store.submit(.make(images: [4]), key: .make()) else {
            Issue.record("not created")
            return
        }
        try store.expectConsistent()
    }

    @Test func uploadThatFindsNoRoom_isFullAndLeavesNoFile() throws {
        let store = try open(3 * JobSchema.bytesPerItem + 150)
        let job = try store.submitted(.make(images: [1, 2])).id
        #expect(try store.add(image: 1) == .stored)
        #expect(throws: StoreError.full(limit: store.limitBytes)) { try store.add(image: 2) }
        #expect(try store.states(job) == [.queued, .waiting])
        #expect(try directory.imageFiles.count == 1)
        try store.expectConsistent()
        #expect(try store.completed(#require(try store.claimed())), "its room is granted with the image")
        #expect(try store.summary.bytes > store.limitBytes)
        try store.expectConsistent()
    }

    /// It takes no more room than before.
    @Test func fileSentAgain_isTakenInAFullStore() throws {
        let store = try open(3 * JobSchema.bytesPerItem + 250)
        _ = try store.submittedWithImages([1, 2])
        #expect(try store.completed(#require(try store.claimed())))
        try FileManager.default.removeItem(atPath: store.imageFiles.path(of: .make(2)))
        try store.releaseWithoutImage(#require(try store.claimed()))
        #expect(try store.add(image: 2) == .stored)
        try store.completeAll()
        try store.expectConsistent()
    }

    @Test func interactiveInsert_isFullWhenJobsHoldEverything() throws {
        let store = try open(2 * unit)
        let job = try store.submittedWithImages([1]).id
        try store.completeAll()
        #expect(throws: StoreError.full(limit: 2 * unit)) {
            try store.insert(.make(id: 9), imageBytes: imageBytes(9))
        }
        #expect(try store.mask(.make(9)) == nil)
        #expect(try directory.imageFiles.count == 1)
        #expect(try store.purge(job))
        try store.insert(.make(id: 9), imageBytes: imageBytes(9))
        try store.expectConsistent()
    }

    @Test func fullInsert_evictsNothing() throws {
        let store = try open(3 * unit + 2 * JobSchema.bytesPerItem)
        _ = try store.submittedWithImages([1])
        try store.completeAll()
        try store.insert(.make(id: 5), imageBytes: imageBytes(5))
        #expect(throws: StoreError.full(limit: store.limitBytes)) {
            try store.insert(.make(id: 9, pngBytes: 2 * unit), imageBytes: imageBytes(9))
        }
        #expect(try store.mask(.make(5)) == .make(id: 5))
        try store.expectConsistent()
    }

    @Test func evictedMask_leavesTheImageThatAJobNeeds() throws {
        let store = try open(2 * unit + 2 * JobSchema.bytesPerItem)
        try store.insert(.make(id: 1), imageBytes: imageBytes(1))
        let job = try store.submitted(.make([.make(mask: 50, image: 1, name: "a")])).id
        for id in 2...5 { try store.insert(.make(id: id), imageBytes: imageBytes(id)) }
        #expect(try store.mask(.make(1)) == nil)
        #expect(try store.image(.make(1)) == imageBytes(1))
        try store.completeAll()
        #expect(try store.states(job) == [.done])
        try store.expectConsistent()
    }
}
