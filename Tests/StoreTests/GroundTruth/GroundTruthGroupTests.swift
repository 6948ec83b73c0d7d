import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct GroundTruthGroupTests {
    let store: Store

    init() throws {
        store = try .openTemporary()
        // Masks 1 to 12: models 1 and 2, options 1 to 3, label sources in turn; mask 13 has no ground truth.
        for id in 1...13 {
            let source: LabelSource = id % 2 == 0 ? .given : .predicted
            let classes = [ClassRecord.make(classIndex: id % 5, name: "class \(id % 5)")]
            try store.insert(
                .make(id: id, model: id <= 6 ? 1 : 2, labelSource: source, classes: classes),
                imageBytes: imageBytes(id))
        }
        for id in 1...12 { _ = try store.setGroundTruth(.make(id, options: 1 + id / 5), of: .make(id)) }
    }

    private func group(_ model: Int, _ options: Int, _ source: LabelSource) throws -> GroundTruthGroup {
        GroundTruthGroup(modelDigest: try .make(model), optionsDigest: try .make(options), labelSource: source)
    }

    private func scores(_ group: GroundTruthGroup, page: Int) throws -> [Data] {
        var scores: [Data] = []
        var last: Int64?
        repeat {
            let before = scores.count
            last = try store.forEachScore(of: group, after: last, limit: page) { scores.append($0) }
            #expect(scores.count - before <= page && (last == nil) == (scores.count == before))
        } while last != nil
        return scores
    }

    @Test(arguments: [1, 2, 3, 100]) func groups_areThoseOfTheMasks_onAnyPages(_ page: Int) throws {
        var groups: [GroundTruthGroup] = []
        while true {
            let next = try store.groundTruthGroups(after: groups.last, limit: page)
            if next.isEmpty { break }
            groups += next
        }
        #expect(
            try groups == [
                group(1, 1, .given), group(1, 1, .predicted), group(1, 2, .given), group(1, 2, .predicted),
                group(2, 2, .given), group(2, 2, .predicted), group(2, 3, .given), group(2, 3, .predicted),
            ])
    }

    @Test(arguments: [1, 2, 100]) func scores_areThoseOfTheGroup_onAnyPages(_ page: Int) throws {
        for (expected, group) in [
            ([2, 4], try group(1, 1, .given)), ([1, 3], try group(1, 1, .predicted)), ([6], try group(1, 2, .given)),
            ([7, 9], try group(2, 2, .predicted)), ([10, 12], try group(2, 3, .given)), ([], try group(3, 1, .given)),
        ] {
            #expect(try scores(group, page: page) == expected.map { noise(100, seed: $0) })
        }
    }

    @Test func prefixes_choose() throws {
        let model = try ContentDigest.make(1).rawValue
        #expect(try store.groundTruthGroups(model: model, limit: 9).count == 4)
        #expect(try store.groundTruthGroups(model: String(model.prefix(8)), limit: 9).count == 4)
        let options = String(try ContentDigest.make(3).rawValue.prefix(8))
        #expect(
            try store.groundTruthGroups(options: options, limit: 9) == [group(2, 3, .given), group(2, 3, .predicted)])
        #expect(try store.groundTruthGroups(model: model, options: options, limit: 9).isEmpty)
        let second = try group(1, 1, .predicted)
        #expect(try store.groundTruthGroups(model: model, after: second, limit: 1) == [group(1, 2, .given)])
    }

    @Test func namesAndOptions_areThoseOfTheGroupsMasks() throws {
        let group = try group(1, 1, .given)
        #expect(try store.classNames(of: group) == [2: "class 2", 4: "class 4"])
        #expect(try store.maskOptions(of: group) == MaskRecord.make().options)
        let none = try self.group(9, 1, .given)
        #expect(try store.classNames(of: none).isEmpty)
        #expect(try store.maskOptions(of: none) == nil)
    }

    @Test func whatTheReaderThrows_comesOut() throws {
        let error = #expect(throws: StoreError.self) {
            try store.forEachScore(of: group(1, 1, .given), after: nil, limit: 9) { _ in
                throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no score"))
            }
        }
        guard case .damaged = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func pages_needNoSorting() throws {
        try store.connections.read { db in
            for sql in [
                "SELECT DISTINCT modelDigest, optionsDigest, labelSource FROM groundTruth "
                    + "ORDER BY modelDigest, optionsDigest, labelSource LIMIT 9",
                "SELECT mask, score FROM groundTruth WHERE modelDigest = 'a' AND optionsDigest = 'b' "
                    + "AND labelSource = 'given' AND mask > 1 ORDER BY mask LIMIT 9",
            ] {
                let plan = try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql)
                    .compactMap { $0["detail"] as String? }.joined(separator: "; ")
                #expect(plan.contains("groundTruthByGroup") && !plan.contains("TEMP B-TREE"), "\(plan)")
            }
        }
    }
}
