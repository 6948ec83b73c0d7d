internal import GRDB

/// A mask and what is told about it, without its pixels.
public struct MaskSummary: Hashable, Sendable {
    public let width: Int
    public let height: Int
    public let modelDigest: ContentDigest
    public let labelSource: LabelSource
    public let classes: [ClassRecord]
    public let timings: [StageTiming]
    public let warnings: [WarningRecord]

    public init(_ record: MaskRecord) {
        self.init(
            width: record.imageWidth, height: record.imageHeight, modelDigest: record.modelDigest,
            labelSource: record.labelSource, classes: record.classes, timings: record.timings,
            warnings: record.warnings)
    }

    init(
        width: Int, height: Int, modelDigest: ContentDigest, labelSource: LabelSource, classes: [ClassRecord],
        timings: [StageTiming], warnings: [WarningRecord]
    ) {
        self.width = width
        self.height = height
        self.modelDigest = modelDigest
        self.labelSource = labelSource
        self.classes = classes
        self.timings = timings
        self.warnings = warnings
    }

    /// - Returns: nil when there is no mask with this number.
    static func fetch(_ number: Int64, in db: Database, path: String) throws -> MaskSummary? {
        struct Row: Decodable, FetchableRecord {
            let width: Int
            let height: Int
            let modelDigest: String
            let labelSource: String
            let timings: [StageTiming]
            let warnings: String?
        }
        guard
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT width, height, modelDigest, labelSource, timings, warnings
                        FROM mask LEFT JOIN maskMark ON maskMark.mask = mask.number WHERE number = ?
                        """), arguments: [number])
        else { return nil }
        guard let model = ContentDigest(rawValue: row.modelDigest), let source = LabelSource(rawValue: row.labelSource)
        else { throw StoreError.damaged(path: path, detail: "mask \(number) has an impossible value") }
        let classes = try ClassRow.fetchAll(
            db.cachedStatement(sql: "SELECT \(ClassRow.columns) FROM maskClass WHERE mask = ? ORDER BY position"),
            arguments: [number])
        return MaskSummary(
            width: row.width, height: row.height, modelDigest: model, labelSource: source,
            classes: classes.map(ClassRecord.init), timings: row.timings,
            warnings: try [WarningRecord](column: row.warnings))
    }
}
