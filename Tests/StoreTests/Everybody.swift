import Foundation

@testable import Store

/// What tests that are not about tenants call: nobody is told apart.
extension Store {
    @discardableResult
    func insert(_ record: MaskRecord, imageBytes: Data) throws(StoreError) -> InsertOutcome {
        try insert(record, imageBytes: imageBytes, for: .everybody)
    }

    func mask(_ id: MaskID) throws(StoreError) -> MaskRecord? { try mask(id, for: .everybody) }

    func setGroundTruth(_ record: GroundTruthRecord, of id: MaskID) throws(StoreError) -> GroundTruthOutcome {
        try setGroundTruth(record, of: id, for: .everybody)
    }

    func removeGroundTruth(of id: MaskID) throws(StoreError) -> Bool { try removeGroundTruth(of: id, for: .everybody) }

    func groundTruthGroups(
        model: String = "", options: String = "", after: GroundTruthGroup? = nil, limit: Int
    ) throws(StoreError) -> [GroundTruthGroup] {
        try groundTruthGroups(model: model, options: options, after: after, limit: limit, for: .everybody)
    }

    func forEachScore(
        of group: GroundTruthGroup, after: Int64?, limit: Int, _ body: (Data) throws -> Void
    ) throws(StoreError) -> Int64? {
        try forEachScore(of: group, after: after, limit: limit, for: .everybody, body)
    }

    func maskOptions(of group: GroundTruthGroup) throws(StoreError) -> String? {
        try maskOptions(of: group, for: .everybody)
    }

    func classNames(of group: GroundTruthGroup) throws(StoreError) -> [Int: String] {
        try classNames(of: group, for: .everybody)
    }

    func job(_ id: JobID) throws(StoreError) -> JobRecord? { try job(id, for: .everybody) }

    func jobs(before: JobID? = nil, limit: Int) throws(StoreError) -> [JobRecord] {
        try jobs(before: before, limit: limit, for: .everybody)
    }

    func jobItems(
        of id: JobID, _ selection: JobItemSelection, after: Int = -1, limit: Int
    ) throws(StoreError) -> [JobItemRecord]? {
        try jobItems(of: id, selection, after: after, limit: limit, for: .everybody)
    }

    func missingImages(of id: JobID) throws(StoreError) -> [ContentDigest]? { try missingImages(of: id, for: .everybody) }

    func uploadIsNeeded(_ image: ContentDigest) throws(StoreError) -> UploadOutcome? {
        try uploadIsNeeded(image, from: .everybody)
    }

    func addImage(_ bytes: Data, as image: ContentDigest, mediaType: String) throws(StoreError) -> UploadOutcome {
        try addImage(bytes, as: image, mediaType: mediaType, from: .everybody, owner: "")
    }

    func pause(_ id: JobID) throws(StoreError) -> JobCommandOutcome { try pause(id, for: .everybody) }
    func resume(_ id: JobID) throws(StoreError) -> JobCommandOutcome { try resume(id, for: .everybody) }
    func retry(_ id: JobID) throws(StoreError) -> JobCommandOutcome { try retry(id, for: .everybody) }
    func purge(_ id: JobID) throws(StoreError) -> Bool { try purge(id, for: .everybody) }

    func cancel(_ id: JobID, now: Date = Date()) throws(StoreError) -> JobCommandOutcome {
        try cancel(id, for: .everybody, now: now)
    }
}
