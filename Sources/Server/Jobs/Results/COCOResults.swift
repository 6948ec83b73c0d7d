import Engine
import Foundation
import Store

/// A job's result as a COCO results file: an array with an entry for each class that has pixels in each mask.
final class COCOResults: ResultParts {
    private static let page = 100

    private enum Stage {
        case begin
        case items(after: Int)
        case done
    }

    private let store: Store
    private let range: JobResultRange
    private var ids = COCOImageIDs()
    private var stage = Stage.begin
    /// Of the page that is being sent: one text at a time is in memory.
    private var entries: ArraySlice<JobResultEntry> = []
    private var isFirst = true
    private let encoder = JSONEncoder()

    init(range: JobResultRange, store: Store) {
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.store = store
        self.range = range
    }

    func nextParts() throws -> [ResultPart] {
        switch stage {
        case .begin:
            // Of all items, so that parts of one result, and the result of a job that goes on, have ids of one type.
            try store.forEachName(of: range) { ids.add($0) }
            stage = .items(after: range.after)
            return [ResultPart(Data("[".utf8))]
        case .items(let after):
            if entries.isEmpty { entries = try store.resultEntries(range, after: after, limit: Self.page)[...] }
            guard let entry = entries.popFirst() else {
                stage = .done
                return [ResultPart(Data("]\n".utf8))]
            }
            stage = .items(after: entry.position)
            return [ResultPart(try text(of: entry))]
        case .done:
            return []
        }
    }

    private func text(of item: JobResultEntry) throws -> Data {
        guard let mask = try store.classes(of: item) else { throw ResultChanged() }
        let size = [mask.height, mask.width]
        var text = Data()
        for entry in mask.classes {
            guard let score = entry.meanPosterior else { continue }
            let result = COCOResult(
                imageID: ids.id(of: item.name), categoryID: entry.classIndex + 1,
                segmentation: .init(size: size, counts: entry.rleCounts), score: Float(score),
                ignored: mask.ignoredCounts.map { .init(size: size, counts: $0) })
            text += Data((isFirst ? "\n" : ",\n").utf8) + (try encoder.encode(result))
            isFirst = false
        }
        return text
    }
}
