internal import GRDB

/// A mask and what is told about it, without its pixels.
public struct MaskSummary: Hashable, Sendable {
    public let width: Int
    public let height: Int
    public let modelDigest: ContentDigest
    public let labelSource: LabelSource
    public let classes: [ClassRecord]
    public let timings: [StageTiming]

    public init(_ record: MaskRecord) {
        self.init(
            width: record.imageWidth, height: record.imageHeight, modelDigest: record.modelDigest,
            labelSource: record.labelSource, classes: record.classes, timings: record.timings)
    }

    init(
        width: Int, height: Int, modelDigest: ContentDigest, labelSource: LabelSource, classes: [ClassRecord],
        timings: [StageTiming]
    ) {
        self.width = width
        self.height = height
        self.modelDigest = modelDigest
        self.labelSource = labelSource
        self.classes = classes
        self.timings = timings
    }

    /// - Returns: nil when there is no mask with this number.
    static func fetch(_ number: Int64, in db: Database, path: String) throws -> MaskSummary? {
        struct Row: Decodable, FetchableRecord {
            let width: Int
            let height: Int
            let modelDigest: String
            let labelSource: String
            let timings: [StageTiming]
        }
        guard
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT width, height, modelDigest, labelSource, timings FROM mask WHERE number = ?"),
                arguments: [number])
        else { return nil }
        guard let model = ContentDigest(rawValue: row.modelDigest), let source = LabelSource(rawValue: row.labelSource)
        else { throw StoreError.damaged(path: path, detail: "mask \(number) has an impossible value") }
        let classes = try ClassRow.fetchAll(
            db.cachedStatement(sql: "SELECT \(ClassRow.columns) FROM maskClass WHERE mask = ? ORDER BY position"),
            arguments: [number])
        return MaskSummary(
            width: row.width, height: row.height, modelDigest: model, labelSource: source,
            classes: classes.map(ClassRecord.init), timings: row.timings)
    }
}
