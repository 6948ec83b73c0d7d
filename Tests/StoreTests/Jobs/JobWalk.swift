import Foundation
import GRDB
import TestSupport
import Testing

@testable import Store

/// Random operations on a store with little room, each followed by a comparison with `JobModel`.
struct JobWalk {
    private static let limitBytes = 50_000
    private static let images = 1...12

    private var random: SeededRandom
    private var directory: TemporaryDirectory
    private var store: Store
    private var model = JobModel()
    private var claims: [(claim: JobClaim, number: Int)] = []
    /// Images whose files were removed.
    private var lost: Set<String> = []
    private var last = ""
    /// How often each operation did something.
    private(set) var counts: [String: Int] = [:]

    init(seed: Int) throws {
        random = SeededRandom(seed: UInt64(seed))
        directory = try TemporaryDirectory()
        store = try Self.open(directory)
    }

    private static func open(_ directory: TemporaryDirectory) throws -> Store {
        let store = try Store.open(directory: directory.path, limitBytes: limitBytes)
        // What syncs are for, no test in one process can show.
        try store.connections.write { db in try db.execute(sql: "PRAGMA synchronous = OFF") }
        return store
    }

    mutating func step() throws {
        do {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<8: try submit()
            case 8..<24: try addImage()
            case 24..<44: try claim()
            case 44..<62: try settle()
            case 62..<68: try finishFromCache()
            case 68..<76: try command()
            case 76..<79: try purge()
            case 79..<88: try insert()
            case 88..<93: try read()
            case 93..<96: try loseFile()
            default: try reopen()
            }
        } catch StoreError.full {
            count("full")
        }
        try compare()
    }

    private mutating func count(_ what: String) {
        last = what
        counts[what, default: 0] += 1
    }

    /// Clocks jump: any moment there is.
    private mutating func now() -> Date {
        Date(timeIntervalSince1970: [0, -1e12, 1e12, 1.7e9, .infinity, .nan].randomElement(using: &random) ?? 0)
    }

    /// One of those who post jobs, or one who sees all.
    private mutating func tenant() -> Tenant {
        [Tenant(name: "a", seesAll: false), Tenant(name: "b", seesAll: false), .everybody]
            .randomElement(using: &random) ?? .everybody
    }

    /// The images that a tenant has shown; all of them to who sees all.
    private func shown(by tenant: Tenant) throws -> Set<Int> {
        tenant.seesAll
            ? try known("image", "sha256")
            : try known("image JOIN imageOwner ON image = number WHERE owner = '\(tenant.name)'", "sha256")
    }

    private mutating func image() -> Int { Int.random(in: Self.images, using: &random) }

    /// One of three masks of the image.
    private mutating func mask(of image: Int) -> Int { image + 256 * Int.random(in: 0..<3, using: &random) }

    private mutating func job() -> JobID? { model.order.randomElement(using: &random) }

    private func known(_ table: String, _ column: String) throws -> Set<Int> {
        Set(try store.strings("SELECT \(column) FROM \(table)").compactMap { Int($0.suffix(15), radix: 16) })
    }

    private mutating func submit() throws {
        var items: [(image: Int, mask: Int)] = []
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let image = image()
            items.append((image, mask(of: image)))
        }
        let owner = Bool.random(using: &random) ? "a" : "b"
        let tenant = Tenant(name: owner, seesAll: false)
        let posted = try NewJob.make(
            items.enumerated().map { try .make(mask: $1.mask, image: $1.image, name: "\($0)") }, owner: owner,
            tenant: tenant, callbackURL: Bool.random(using: &random) ? "https://a" : nil)
        let images = try shown(by: tenant)
        switch try store.submit(posted, quota: JobQuota(unfinished: 14), now: now()) {
        case .created(let record):
            #expect(model.unfinished(of: owner) + items.count <= 14)
            model.submit(record.id, owner: owner, items: items, images: images)
            count("submitted")
        case .overQueue(let held):
            #expect(held.unfinished == model.unfinished(of: owner) && held.unfinished + items.count > 14)
            count("over quota")
        default: Issue.record("neither created nor over the quota")
        }
    }

    private mutating func addImage() throws {
        let image = image()
        let tenant = tenant()
        let isKnown = try shown(by: tenant).contains(image)
        let outcome = try store.addImage(
            imageBytes(image), as: .make(image), mediaType: "image/jpeg", from: tenant, owner: tenant.name)
        count("upload \(outcome)")
        #expect(
            outcome == (model.isAwaited(image, by: tenant) ? .stored : isKnown ? .alreadyStored : .notNeeded))
        if outcome == .stored { try imageCame(image, from: tenant) }
    }

    private mutating func imageCame(_ image: Int, from tenant: Tenant) throws {
        model.imageCame(image, from: tenant)
        lost.remove(try ContentDigest.make(image).rawValue)
    }

    private mutating func claim() throws {
        let claim = try store.claimed(now: now())
        let expected = model.claim()
        count(claim == nil ? "no claim" : "claim")
        #expect(claim?.job == expected?.job && claim?.item.position == expected?.position)
        if let claim, let expected { claims.append((claim, expected.claim)) }
    }

    /// Ends a claim, most often one of the latest; void ones too.
    private mutating func settle() throws {
        guard let (claim, number) = claims.suffix(Bool.random(using: &random) ? 3 : 40).randomElement(using: &random)
        else { return }
        let (id, position) = (claim.job, claim.item.position)
        let holds = model.holds(id, position, number)
        #expect(try store.holds(claim) == holds)
        let what = ["complete", "complete", "complete", "fail", "release", "release without image"]
            .randomElement(using: &random) ?? ""
        count(what + (holds ? "" : ", void"))
        switch what {
        case "complete":
            let isFromCache = Bool.random(using: &random)
            #expect(try store.completed(claim, isFromCache: isFromCache, now: now()) == holds)
            if holds { model.end(id, position, as: .done, isFromCache: isFromCache) }
        case "fail":
            try store.failed(claim)
            if holds { model.end(id, position, as: .failed) }
        case "release":
            let countingTry = Bool.random(using: &random)
            try store.release(claim, countingDeath: Bool.random(using: &random), countingTry: countingTry)
            if holds { model.end(id, position, as: .queued, countingTry: countingTry) }
        default:
            try store.releaseWithoutImage(claim)
            if holds {
                lost.insert(claim.item.image.rawValue)
                model.end(id, position, as: .waiting, countingTry: false)
            }
        }
    }

    private mutating func finishFromCache() throws {
        guard let id = job() else { return }
        let limit = Int.random(in: 1...4, using: &random)
        let expected = model.finishFromCache(id, masks: try known("mask", "id"), limit: limit)
        count(expected == nil ? "nothing cached" : "cached")
        let finished = try store.finishFromCache(id, after: -1, limit: limit, now: now()) { item, _ in
            manifestLine(item)
        }
        #expect(finished?.last == expected)
    }

    private mutating func command() throws {
        guard let id = job() else { return }
        switch Int.random(in: 0..<7, using: &random) {
        case 0:
            count("pause")
            _ = try store.pause(id)
            model.setPhase(id, .paused)
        case 1...3:
            count("resume")
            _ = try store.resume(id)
            model.setPhase(id, .active)
        case 4, 5:
            count("retry")
            model.retry(id, images: try shown(by: Tenant(name: model.jobs[id]?.owner ?? "", seesAll: false)))
            _ = try store.retry(id)
        default:
            count("cancel")
            _ = try store.cancel(id, now: now())
            model.cancel(id)
        }
    }

    private mutating func purge() throws {
        guard let id = job() else { return }
        count("purge")
        #expect(try store.purge(id))
        model.purge(id)
    }

    private mutating func insert() throws {
        let image = image()
        let tenant = tenant()
        let outcome = try store.insert(
            .make(id: mask(of: image), image: image), imageBytes: imageBytes(image), for: tenant)
        count("insert \(outcome)")
        try imageCame(image, from: tenant)
        if outcome == .inserted { #expect(try store.summary.bytes <= Self.limitBytes) }
    }

    private mutating func read() throws {
        let image = image()
        let id = mask(of: image)
        guard let mask = try store.mask(.make(id)) else { return }
        count("read")
        #expect(try mask == .make(id: id, image: image))
    }

    private mutating func loseFile() throws {
        let names = imageFileNames(in: directory.layout.images).sorted()
        guard let name = names.randomElement(using: &random) else { return }
        count("file lost")
        unlink("\(directory.layout.images)/\(name.prefix(2))/\(name)")
        lost.insert(name)
    }

    /// In good order, or from what was on the disk when the process ended.
    private mutating func reopen() throws {
        if Bool.random(using: &random) {
            count("closed")
            store.close()
        } else {
            count("abandoned")
            let copy = try TemporaryDirectory()
            try FileManager.default.removeItem(atPath: copy.path)
            try FileManager.default.copyItem(atPath: directory.path, toPath: copy.path)
            store.close()
            directory = copy
        }
        store = try Self.open(directory)
        claims = []
        model.restart()
    }

    private func compare() throws {
        let comment: Comment = "after \(last)"
        let records = try store.jobs(limit: 1000)
        #expect(Set(records.map(\.id)) == Set(model.order), comment)
        for record in records {
            let expected = try #require(model.jobs[record.id])
            let items = try store.items(record.id)
            #expect(record.phase == expected.phase && record.hasEnded == expected.hasEnded, comment)
            let left = expected.items.indices.filter { !expected.items[$0].isDropped }
            #expect(items.map(\.position) == left, comment)
            #expect(items.map(\.state) == left.map { expected.items[$0].state }, comment)
            #expect(items.map(\.tries) == left.map { expected.items[$0].tries }, comment)
            #expect(items.map(\.isFromCache) == left.map { expected.items[$0].isFromCache }, comment)
            #expect(record.counts.total == expected.items.count, comment)
            #expect(record.counts.cancelled == expected.items.count { $0.state == .cancelled }, comment)
            for entry in try store.resultEntries(JobResultRange(record, after: -1), after: -1, limit: 1000) {
                let png = try store.png(of: entry)
                #expect(try png == noise(1000, seed: number(entry.mask)), comment)
                #expect(expected.items[entry.position].state == .done, comment)
            }
        }
        try store.expectConsistent(lost: lost, comment)
    }
}
