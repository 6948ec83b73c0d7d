import Foundation
import Testing

@testable import Store

@Suite struct TenantTests {
    private let store: Store
    private let anna = Tenant(name: "anna", seesAll: false)
    private let bert = Tenant(name: "bert", seesAll: false)
    private let admin = Tenant(name: "root", seesAll: true)

    init() throws {
        store = try Store.openTemporary()
    }

    private func submitted(_ images: [Int], by tenant: Tenant) throws -> JobID {
        try store.submitted(.make(images: images, owner: tenant.name, tenant: tenant)).id
    }

    private func add(_ image: Int, from tenant: Tenant) throws -> UploadOutcome {
        try store.addImage(
            imageBytes(image), as: .make(image), mediaType: "image/png", from: tenant, owner: tenant.name)
    }

    // MARK: - Images

    @Test func image_isAskedForOnceOfEachTenant() throws {
        let (first, second) = (try submitted([1], by: anna), try submitted([1, 1 + 256], by: bert))
        #expect(try add(1, from: anna) == .stored)
        #expect(try store.states(first) == [.queued])
        #expect(try store.states(second) == [.waiting, .waiting], "Bert knows its SHA-256 and no more")
        #expect(try store.missingImages(of: second, for: bert) == [.make(1), .make(257)])
        #expect(try store.uploadIsNeeded(.make(1), from: bert) == nil)
        #expect(try add(1, from: bert) == .stored)
        #expect(try store.states(second) == [.queued, .waiting])
        #expect(try add(1, from: bert) == .alreadyStored && add(1, from: anna) == .alreadyStored)
        #expect(try store.states(submitted([1], by: bert)) == [.queued], "shown before")
        #expect(try store.summary.images == 1)
        try store.expectConsistent()
    }

    @Test func imageOfAnother_isAsIfItWereNotThere() throws {
        _ = try submitted([1], by: anna)
        _ = try add(1, from: anna)
        #expect(try store.uploadIsNeeded(.make(1), from: bert) == .notNeeded)
        #expect(try add(1, from: bert) == .notNeeded)
        #expect(try store.uploadIsNeeded(.make(1), from: admin) == .alreadyStored)
    }

    @Test func maskOfAnImage_showsItToo() throws {
        let job = try submitted([1], by: bert)
        try store.insert(.make(id: 1001, image: 1), imageBytes: imageBytes(1), for: anna)
        #expect(try store.states(job) == [.waiting])
        try store.insert(.make(id: 1002, image: 1), imageBytes: imageBytes(1), for: bert)
        #expect(try store.states(job) == [.queued])
        #expect(try store.states(submitted([1], by: anna)) == [.queued])
        try store.expectConsistent()
    }

    @Test func whoSeesAll_queuesEverybodysItems() throws {
        let jobs = [try submitted([1], by: anna), try submitted([1], by: bert)]
        #expect(try add(1, from: admin) == .stored)
        for job in jobs { #expect(try store.states(job) == [.queued]) }
        #expect(try store.states(submitted([1], by: admin)) == [.queued])
        try store.expectConsistent()
    }

    @Test func failedItem_isRetriedWithWhatItsTenantHasShown() throws {
        let job = try submitted([1], by: anna)
        _ = try add(1, from: anna)
        try store.failed(#require(try store.claimed()))
        #expect(isDone(try store.retry(job, for: anna)))
        #expect(try store.states(job) == [.queued])
    }

    // MARK: - Jobs

    @Test func jobOfAnother_isUnknownToEveryCommand_andStaysAsItIs() throws {
        let id = try submitted([1, 2], by: anna)
        _ = try add(1, from: anna)
        let before = try store.record(id)
        for outcome in [
            try store.pause(id, for: bert), try store.resume(id, for: bert), try store.retry(id, for: bert),
            try store.cancel(id, for: bert),
        ] {
            guard case .unknownJob = outcome else {
                Issue.record("\(outcome)")
                continue
            }
        }
        #expect(try !store.purge(id, for: bert))
        #expect(try store.job(id, for: bert) == nil && store.jobItems(of: id, .all, limit: 9, for: bert) == nil)
        #expect(try store.missingImages(of: id, for: bert) == nil)
        #expect(try store.record(id) == before)
        #expect(try store.job(id, for: anna) == before && store.job(id, for: admin) == before)
    }

    @Test func lists_showOnesOwn_andAllToWhoSeesAll() throws {
        let ids = try (0..<6).map { try submitted([$0], by: $0.isMultiple(of: 2) ? anna : bert) }
        #expect(try store.jobs(limit: 9, for: anna).map(\.id) == [ids[4], ids[2], ids[0]])
        #expect(try store.jobs(before: ids[4], limit: 1, for: anna).map(\.id) == [ids[2]])
        #expect(try store.jobs(before: ids[5], limit: 9, for: anna).isEmpty, "another's is no place in the list")
        #expect(try store.jobs(before: ids[4], limit: 9, for: admin).count == 4)
    }

    @Test func jobsMasks_areTheirTenants() throws {
        _ = try submitted([1], by: anna)
        _ = try add(1, from: anna)
        try store.completeAll()
        #expect(try store.mask(.make(1), for: anna) != nil && store.mask(.make(1), for: admin) != nil)
        #expect(try store.mask(.make(1), for: bert) == nil)
    }

    // MARK: - Ground truth

    @Test func groundTruth_isSetAndSummedByWhoOwnsTheMask() throws {
        for (id, tenant) in [(1, anna), (2, anna), (3, bert)] {
            try store.insert(.make(id: id), imageBytes: imageBytes(id), for: tenant)
            let other = tenant == anna ? bert : anna
            #expect(try store.setGroundTruth(.make(id), of: .make(id), for: other) == .unknownMask)
            #expect(try store.setGroundTruth(.make(id), of: .make(id), for: tenant) == .stored)
            #expect(try !store.removeGroundTruth(of: .make(id), for: other))
        }
        let group = try #require(try store.groundTruthGroups(limit: 9, for: admin).first)
        for (tenant, count) in [(anna, 2), (bert, 1), (admin, 3), (Tenant(name: "carl", seesAll: false), 0)] {
            var scores = 0
            _ = try store.forEachScore(of: group, after: nil, limit: 9, for: tenant) { _ in scores += 1 }
            #expect(scores == count)
            #expect(try store.groundTruthGroups(limit: 9, for: tenant).count == min(count, 1))
            #expect(try (store.maskOptions(of: group, for: tenant) != nil) == (count > 0))
            #expect(try store.classNames(of: group, for: tenant).isEmpty == (count == 0))
        }
        #expect(try store.removeGroundTruth(of: .make(1), for: admin))
        try store.expectConsistent()
    }
}
