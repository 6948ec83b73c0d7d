import Foundation
import Testing

@testable import Store

@Suite struct UploadTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.open(directory: directory.path)
    }

    private func removeFile(_ image: Int) throws {
        try FileManager.default.removeItem(atPath: store.imageFiles.path(of: .make(image)))
    }

    @Test func imageThatNobodyAsksFor_isNotKept() throws {
        #expect(try store.uploadIsNeeded(.make(1)) == .notNeeded)
        #expect(try store.add(image: 1) == .notNeeded)
        #expect(try store.image(.make(1)) == nil)
        #expect(try directory.imageFiles.isEmpty)
    }

    @Test func awaitedImage_queuesTheItemsOfAllJobs() throws {
        let first = try store.submitted(.make(images: [1, 2]))
        let second = try store.submitted(.make(images: [3, 1]))
        #expect(try store.uploadIsNeeded(.make(1)) == nil)
        #expect(try store.add(image: 1) == .stored)
        #expect(try store.states(first.id) == [.queued, .waiting])
        #expect(try store.states(second.id) == [.waiting, .queued])
        #expect(try store.image(.make(1)) == imageBytes(1))
        #expect(try store.uploadIsNeeded(.make(1)) == .alreadyStored)
        #expect(try store.add(image: 1) == .alreadyStored)
        try store.expectConsistent()
    }

    @Test func imageSentForAPausedJob_isKept() throws {
        let job = try store.submitted(.make(images: [1]))
        #expect(isDone(try store.pause(job.id)))
        #expect(try store.add(image: 1) == .stored)
        #expect(try store.states(job.id) == [.queued])
        #expect(try store.claimed() == nil)
    }

    @Test func imageOfACancelledJob_isNotNeeded() throws {
        let job = try store.submitted(.make(images: [1]))
        #expect(isDone(try store.cancel(job.id)))
        #expect(try store.add(image: 1) == .notNeeded)
    }

    @Test func interactiveInsert_queuesWhatWaitsForItsImage() throws {
        let job = try store.submitted(.make([.make(mask: 5, image: 1, name: "a")]))
        try store.insert(.make(id: 1), imageBytes: imageBytes(1))
        #expect(try store.states(job.id) == [.queued])
        try store.expectConsistent()
    }

    @Test func imageWhoseFileHasGone_isAskedForAgainAndComesBack() throws {
        let job = try store.submittedWithImages([1])
        try removeFile(1)
        let claim = try #require(try store.claimed())
        #expect(try store.image(.make(1)) == nil)
        try store.releaseWithoutImage(claim)
        #expect(try store.states(job.id) == [.waiting])
        #expect(try store.missingImages(of: job.id) == [.make(1)])
        #expect(try store.add(image: 1) == .stored)
        #expect(try store.image(.make(1)) == imageBytes(1))
        try store.completeAll()
        #expect(try store.states(job.id) == [.done])
        try store.expectConsistent()
    }

    @Test func interactiveInsert_bringsAFileBackAndQueues() throws {
        try store.insert(.make(id: 1), imageBytes: imageBytes(1))
        let job = try store.submitted(.make([.make(mask: 5, image: 1, name: "a")]))
        try removeFile(1)
        try store.releaseWithoutImage(try #require(try store.claimed()))
        #expect(try store.insert(.make(id: 1), imageBytes: imageBytes(1)) == .alreadyStored)
        #expect(try store.states(job.id) == [.queued])
        try store.expectConsistent()
    }

    @Test func voidClaim_removesNoImage() throws {
        let job = try store.submitted(.make([.make(mask: 1, name: "a"), .make(mask: 2, image: 1, name: "b")]))
        try store.add(image: 1)
        let claim = try #require(try store.claimed())
        try store.release(claim, countingDeath: false, countingTry: true)
        try store.releaseWithoutImage(claim)
        #expect(try store.image(.make(1)) == imageBytes(1))
        #expect(try store.states(job.id) == [.queued, .queued])
    }

    @Test func emptyOrTooLargeImage_isRefused() throws {
        let small = try Store.openTemporary(limitBytes: 3000)
        try small.submitted(.make(images: [1]))
        #expect(throws: StoreError.invalid(field: "imageBytes", reason: "must not be empty")) {
            try small.addImage(Data(), as: .make(1), mediaType: "image/png")
        }
        #expect(throws: StoreError.recordTooLarge(bytes: 3001, limit: 3000)) {
            try small.addImage(Data(count: 3001), as: .make(1), mediaType: "image/png")
        }
        try small.expectConsistent()
    }
}
