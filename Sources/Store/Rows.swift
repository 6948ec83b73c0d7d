import Foundation
internal import GRDB

/// A row of `image`. `number` is nil until SQLite gives one.
struct ImageRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "image"
    var number: Int64?
    var sha256: String
    var mediaType: String
    var bytes: Int
    var createdAt: Int64
}

/// A row of `mask`. `number` is nil until SQLite gives one. GRDB writes `timings` as JSON.
///
/// Rows are decoded by `RowReader` or `Codable`, which throw on a column of the wrong type; `row["column"]` would trap.
struct MaskRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "mask"
    var number: Int64?
    var id: String
    var image: Int64
    var width: Int
    var height: Int
    var modelDigest: String
    var options: String
    var labelSource: String
    var timings: [StageTiming]
    var createdAt: Int64
    var bytes: Int
    var lastUsed: Int64
    var png: Data

    /// In the order in which `init(row:)` takes them.
    static let columns = """
        number, id, image, width, height, modelDigest, options, labelSource, timings, createdAt, bytes, lastUsed, png
        """

    /// - Parameter row: of `columns`.
    init(row: Row) throws {
        var columns = RowReader(row)
        number = try columns.takeOptional()
        id = try columns.take()
        image = try columns.take()
        width = try columns.take()
        height = try columns.take()
        modelDigest = try columns.take()
        options = try columns.take()
        labelSource = try columns.take()
        timings = try columns.takeJSON()
        createdAt = try columns.take()
        bytes = try columns.take()
        lastUsed = try columns.take()
        png = try columns.take()
    }
}

/// A row of `maskClass`. GRDB writes `boxes` as JSON.
struct ClassRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "maskClass"
    var mask: Int64
    var position: Int
    var classIndex: Int
    var name: String
    var posterior: Double
    var areaShare: Double
    var meanPosterior: Double?
    var boxes: [BoxRecord]
    var rleCounts: String

    /// In the order in which `init(row:)` takes them.
    static let columns = "mask, position, classIndex, name, posterior, areaShare, meanPosterior, boxes, rleCounts"

    /// - Parameter row: of `columns`.
    init(row: Row) throws {
        var columns = RowReader(row)
        mask = try columns.take()
        position = try columns.take()
        classIndex = try columns.take()
        name = try columns.take()
        posterior = try columns.take()
        areaShare = try columns.take()
        meanPosterior = try columns.takeOptional()
        boxes = try columns.takeJSON()
        rleCounts = try columns.take()
    }
}

extension ImageRow {
    init(_ record: MaskRecord, bytes: Int) {
        self.init(
            number: nil, sha256: record.imageSHA256.rawValue, mediaType: record.imageMediaType, bytes: bytes,
            createdAt: Milliseconds(record.createdAt).since1970)
    }
}

extension MaskRow {
    init(_ record: MaskRecord, image: Int64, lastUsed: Int64) {
        number = nil
        id = record.id.rawValue
        self.image = image
        width = record.imageWidth
        height = record.imageHeight
        modelDigest = record.modelDigest.rawValue
        options = record.options
        labelSource = record.labelSource.rawValue
        timings = record.timings
        createdAt = Milliseconds(record.createdAt).since1970
        bytes = record.storedBytes
        self.lastUsed = lastUsed
        png = record.maskPNG
    }
}

extension ClassRow {
    init(_ record: ClassRecord, mask: Int64, position: Int) {
        self.mask = mask
        self.position = position
        classIndex = record.classIndex
        name = record.name
        posterior = record.posterior
        areaShare = record.areaShare
        meanPosterior = record.meanPosterior
        boxes = record.boxes
        rleCounts = record.rleCounts
    }
}

extension ClassRecord {
    init(_ row: ClassRow) {
        self.init(
            classIndex: row.classIndex, name: row.name, posterior: row.posterior, areaShare: row.areaShare,
            meanPosterior: row.meanPosterior, boxes: row.boxes, rleCounts: row.rleCounts)
    }
}

extension MaskRecord {
    /// - Throws: `StoreError.damaged` where a column holds what no insert writes.
    init(_ row: MaskRow, image: ImageRow, mark: MaskMark, classes: [ClassRecord], path: String) throws {
        guard let id = MaskID(rawValue: row.id),
            let imageSHA256 = ContentDigest(rawValue: image.sha256),
            let modelDigest = ContentDigest(rawValue: row.modelDigest),
            let labelSource = LabelSource(rawValue: row.labelSource)
        else { throw StoreError.damaged(path: path, detail: "mask \(row.id) has an impossible value") }
        self.init(
            id: id, imageSHA256: imageSHA256, imageWidth: row.width, imageHeight: row.height,
            imageMediaType: image.mediaType, modelDigest: modelDigest, options: row.options, labelSource: labelSource,
            maskPNG: row.png, classes: classes, timings: row.timings,
            warnings: try [WarningRecord](column: mark.warnings), ignoredCounts: mark.ignored,
            createdAt: Milliseconds(since1970: row.createdAt).date)
    }

    /// What eviction counts for the mask without its image: the variable parts and a fixed allowance for the rest.
    var storedBytes: Int {
        let allowancePerRow = 256
        let boxBytes = 48
        let warningBytes = warnings.reduce(0) { $0 + boxBytes + $1.code.utf8.count + $1.detail.utf8.count }
        let ownBytes = allowancePerRow + maskPNG.count + options.utf8.count + timings.count * boxBytes
        return classes.reduce(ownBytes + warningBytes + (ignoredCounts?.utf8.count ?? 0)) {
            $0 + allowancePerRow + $1.name.utf8.count + $1.rleCounts.utf8.count + $1.boxes.count * boxBytes
        }
    }
}
