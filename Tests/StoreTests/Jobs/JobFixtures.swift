import Foundation
import Testing

@testable import Store

extension NewJob {
    static func make(
        _ items: [Item], name: String = "job", owner: String = "", tenant: Tenant = .everybody, model: Int = 7,
        callbackURL: String? = nil
    ) throws -> NewJob {
        NewJob(
            name: name, owner: owner, tenant: tenant, modelDigest: try .make(model), options: "{}",
            callbackURL: callbackURL, items: items)
    }

    /// Items of these images, which are also the numbers of their masks.
    static func make(
        images: [Int], owner: String = "", tenant: Tenant = .everybody, model: Int = 7, callbackURL: String? = nil
    ) throws -> NewJob {
        try make(
            images.enumerated().map { try .make(mask: $1, name: "\($0)") }, owner: owner, tenant: tenant, model: model,
            callbackURL: callbackURL)
    }
}

extension NewJob.Item {
    static func make(mask: Int, image: Int? = nil, name: String, labels: [String]? = ["cat"]) throws -> NewJob.Item {
        NewJob.Item(name: name, image: try .make(image ?? mask), labels: labels, mask: try .make(mask))
    }
}

extension SubmissionKey {
    static func make(_ key: String = "key", owner: String = "", body: Int = 1) throws -> SubmissionKey {
        SubmissionKey(owner: owner, key: key, body: try .make(body))
    }
}

extension JobCounts {
    static func make(
        waiting: Int = 0, queued: Int = 0, running: Int = 0, done: Int = 0, fromCache: Int = 0, failed: Int = 0,
        cancelled: Int = 0
    ) -> JobCounts {
        var counts = JobCounts()
        (counts.waiting, counts.queued, counts.running) = (waiting, queued, running)
        (counts.done, counts.fromCache, counts.failed, counts.cancelled) = (done, fromCache, failed, cancelled)
        return counts
    }
}

/// What the fixtures name by numbers is read back as numbers.
func number(_ digest: some RawRepresentable<String>) throws -> Int {
    try #require(Int(digest.rawValue.suffix(15), radix: 16))
}

/// What the fixture's images hold.
func imageBytes(_ image: Int) -> Data { noise(100, seed: image) }

extension Store {
    @discardableResult
    func submitted(_ job: NewJob) throws -> JobRecord {
        guard case .created(let record) = try submit(job) else {
            Issue.record("the job was not created")
            throw StoreError.invalid(field: "job", reason: "was not created")
        }
        return record
    }

    @discardableResult
    func add(image: Int) throws -> UploadOutcome {
        try addImage(imageBytes(image), as: .make(image), mediaType: "image/jpeg")
    }

    /// Submits a job and sends its images.
    func submittedWithImages(_ images: [Int], callbackURL: String? = nil) throws -> JobRecord {
        let record = try submitted(.make(images: images, callbackURL: callbackURL))
        for image in Set(images) { try add(image: image) }
        return record
    }

    func claimed(model: Int = 7, now: Date = Date()) throws -> JobClaim? {
        try claim(model: .make(model), now: now) { item, reason in "\(item.name): \(reason)" }
    }

    /// Completes with the mask that the claim's item names.
    @discardableResult
    func completed(
        _ claim: JobClaim, pngBytes: Int = 1000, isFromCache: Bool = false, now: Date = Date()
    ) throws -> Bool {
        let record = try MaskRecord.make(
            id: number(claim.item.mask), image: number(claim.item.image), pngBytes: pngBytes)
        return try complete(
            claim, with: record, isFromCache: isFromCache, manifest: manifestLine(claim.item), now: now)
    }

    func failed(_ claim: JobClaim, reason: String = "no picture") throws {
        try fail(claim, reason: reason, manifest: manifestLine(claim.item))
    }

    /// Claims and completes until nothing is queued.
    func completeAll() throws {
        while let claim = try claimed() { #expect(try completed(claim)) }
    }

    func record(_ id: JobID) throws -> JobRecord { try #require(try job(id)) }

    func items(_ id: JobID) throws -> [JobItemRecord] { try #require(try jobItems(of: id, .all, limit: 1000)) }

    func states(_ id: JobID) throws -> [JobItemState] { try items(id).map(\.state) }
}

/// With letters of more than one byte.
func manifestLine(_ item: JobItemRecord) -> String { #"{"näme":"\#(item.name)"}"# }

func isDone(_ outcome: JobCommandOutcome) -> Bool {
    if case .done = outcome { return true }
    return false
}

func isRefused(_ outcome: JobCommandOutcome) -> Bool {
    if case .refused = outcome { return true }
    return false
}
