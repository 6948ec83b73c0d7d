import Engine
import Foundation
import Store

/// A job's result as a tar archive in PASCAL VOC's layout:
///
/// ```
/// labelmap.txt                         name:r,g,b:: of the background and each class, and of pixels that masks leave
///                                      out; not where the server runs another model than the job's, whose classes it
///                                      does not know
/// ImageSets/Segmentation/default.txt   names of the items that are done
/// SegmentationClass/NAME.png           their masks, indexed
/// manifest.jsonl                       metrics of each, and the reason of each that failed
/// ```
/// The same job at the same revision gives the same bytes, so that a download can be resumed anywhere.
final class VOCArchive: ResultParts {
    private static let page = 500

    private enum Stage {
        case labelmap
        case names(after: Int)
        case masks(after: Int)
        case manifest(after: Int)
        case end
        case done
    }

    let length: Int
    private let store: Store
    private let range: JobResultRange
    /// nil where the classes of the job's model are not known.
    private let labelmap: Data?
    private let modified: Int
    private let names: TarEntry
    private let manifest: TarEntry
    private var stage = Stage.labelmap

    /// - Parameter labelmap: nil where the classes of the job's model are not known.
    init(_ job: JobRecord, range: JobResultRange, store: Store, labelmap: String?) throws {
        self.store = store
        self.range = range
        let modified = Int(job.createdAt.timeIntervalSince1970)
        self.modified = modified
        let labelmap = labelmap.map { Data($0.utf8) }
        self.labelmap = labelmap
        let totals = try store.resultTotals(range)
        names = TarEntry(path: "ImageSets/Segmentation/default.txt", size: totals.nameBytes, modified: modified)
        manifest = TarEntry(path: "manifest.jsonl", size: totals.manifestBytes, modified: modified)
        length =
            names.length + totals.archiveBytes + manifest.length + TarEntry.endOfArchive.count
            + (labelmap.map { TarEntry(path: "labelmap.txt", size: $0.count, modified: modified).length } ?? 0)
    }

    func nextParts() throws -> [ResultPart] {
        switch stage {
        case .labelmap:
            stage = .names(after: range.after)
            guard let labelmap else { return [ResultPart(names.header)] }
            let entry = TarEntry(path: "labelmap.txt", size: labelmap.count, modified: modified)
            return [
                ResultPart(entry.header), ResultPart(labelmap), ResultPart(entry.padding), ResultPart(names.header),
            ]
        case .names(let after):
            let entries = try store.resultEntries(range, after: after, limit: Self.page)
            guard let last = entries.last else {
                stage = .masks(after: range.after)
                return [ResultPart(names.padding)]
            }
            stage = .names(after: last.position)
            return [ResultPart(Data(entries.map { $0.name + "\n" }.joined().utf8))]
        case .masks(let after):
            let entries = try store.resultEntries(range, after: after, limit: Self.page)
            guard let last = entries.last else {
                stage = .manifest(after: range.after)
                return [ResultPart(manifest.header)]
            }
            stage = .masks(after: last.position)
            return entries.map(part)
        case .manifest(let after):
            let lines = try store.manifestLines(range, after: after, limit: Self.page)
            guard let last = lines.last else {
                stage = .end
                return [ResultPart(manifest.padding)]
            }
            stage = .manifest(after: last.position)
            return [ResultPart(Data(lines.map { $0.line + "\n" }.joined().utf8))]
        case .end:
            stage = .done
            return [ResultPart(TarEntry.endOfArchive)]
        case .done:
            return []
        }
    }

    private func part(_ item: JobResultEntry) -> ResultPart {
        let entry = ResultLayout.mask(named: item.name, bytes: item.pngBytes, modified: modified)
        return ResultPart(length: entry.length) { [store] in
            guard let png = try store.png(of: item), png.count == item.pngBytes else { throw ResultChanged() }
            return entry.header + png + entry.padding
        }
    }
}
