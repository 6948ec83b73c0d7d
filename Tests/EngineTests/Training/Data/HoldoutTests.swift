import Foundation
import TestSupport
import Testing

@testable import Engine

struct HoldoutTests {
    /// Seven classes, the later the rarer, one to three per image; every tenth image has none.
    private func randomLabels(_ count: Int, seed: UInt64) -> [[Int]] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { number in
            guard number % 10 != 9 else { return [] }
            let all = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                min(Int.random(in: 0..<7, using: &random), Int.random(in: 0..<7, using: &random))
            }
            return Set(all).sorted()
        }
    }

    @Test(arguments: [0.05, 0.1, 0.25, 0.5])
    func everyClassKeepsItsShare(_ share: Double) {
        let labels = randomLabels(400, seed: 3)
        let isHeldOut = Stratification.heldOut(labels, classCount: 7, share: share, seed: 1)
        #expect(abs(Double(isHeldOut.count(where: \.self)) - share * 400) <= 4)
        for index in 0..<7 {
            let members = labels.indices.filter { labels[$0].contains(index) }
            let heldOut = Double(members.count { isHeldOut[$0] })
            #expect(abs(heldOut - share * Double(members.count)) <= 3, "class \(index): \(heldOut) of \(members.count)")
        }
        let without = labels.indices.filter { labels[$0].isEmpty }
        #expect(abs(Double(without.count { isHeldOut[$0] }) - share * 40) <= 1)
    }

    /// Many classes of few images: each has one on either side, unless all its images are another class's last.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func rareClasses_areOnBothSidesWherePossible(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let labels = (0..<40).map { _ in
            let all = (0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: 0..<20, using: &random) }
            return Set(all).sorted()
        }
        let isHeldOut = Stratification.heldOut(labels, classCount: 20, share: 0.1, seed: seed)
        func count(_ index: Int, heldOut: Bool) -> Int {
            labels.indices.count { labels[$0].contains(index) && isHeldOut[$0] == heldOut }
        }
        for index in 0..<20 {
            let members = labels.indices.filter { labels[$0].contains(index) }
            guard members.count > 1, Set(members.map { isHeldOut[$0] }).count == 1 else { continue }
            let side = isHeldOut[members[0]]
            for image in members {
                #expect(labels[image].contains { count($0, heldOut: side) == 1 }, "class \(index), image \(image)")
            }
        }
    }

    @Test func classOfOneImage_isTrainedOn() {
        for seed in 1...10 as ClosedRange<UInt64> {
            let isHeldOut = Stratification.heldOut([[0], [0], [1], [0]], classCount: 2, share: 0.5, seed: seed)
            #expect(!isHeldOut[2] && isHeldOut.contains(true))
        }
    }

    @Test func seedAloneDecides() {
        let labels = randomLabels(200, seed: 5)
        func heldOut(_ seed: UInt64) -> [Bool] {
            Stratification.heldOut(labels, classCount: 7, share: 0.2, seed: seed)
        }
        #expect(heldOut(1) == heldOut(1) && heldOut(1) != heldOut(2))
    }

    private func set(_ lines: [String], names: [String]? = nil) throws -> TrainingSet {
        let folder = try DataSetFolder()
        for line in lines { try folder.writePicture(line.split(separator: ",")[0] + ".png") }
        let text = (["image,labels"] + lines).joined(separator: "\n")
        return try TrainingSet(
            images: folder.path, labels: LabelsFile(text: text, path: "l.csv"), names: names, threads: 1)
    }

    @Test func parts_keepClassesAndOrder() throws {
        let set = try set(["a,x", "b,x;y", "c,y", "d,x", "e,y"])
        let parts = try Holdout(set, share: 0.4, seed: 1)
        #expect(parts.training.classes == ["x", "y"] && parts.heldOut.classes == ["x", "y"])
        #expect(!parts.training.examples.isEmpty && !parts.heldOut.examples.isEmpty)
        for part in [parts.training, parts.heldOut] {
            #expect(part.examples == set.examples.filter { part.examples.contains($0) })
        }
        #expect((parts.training.examples + parts.heldOut.examples).map(\.name).sorted() == ["a", "b", "c", "d", "e"])
    }

    @Test func list_isTakenOutOfTheTrainingImages_andLostClassesAreSaid() throws {
        let lines = ["a,x", "b,y", "c,x", "d,x"]
        let (all, some) = (try set(lines, names: ["a", "b", "c"]), try set(lines, names: ["d", "b"]))
        let parts = try Holdout(all, without: some)
        #expect(parts.training.examples.map(\.name) == ["a", "c"])
        #expect(parts.heldOut.examples.map(\.name) == ["d", "b"])
    }

    @Test func nothingToHoldOut_orNothingLeft_isSaid() throws {
        let single = try set(["a,x", "b,y"])
        for (problem, make) in [
            ("none of 2 images can be held out", { try Holdout(single, share: 0.5, seed: 1) }),
            ("all 2 images would be held out", { try Holdout(single, without: single) }),
        ] as [(String, () throws -> Holdout)] {
            let error = try #require(throws: InvalidDataSet.self) { _ = try make() }
            #expect(error.what == "held-out images" && error.problems.count == 1)
            #expect(error.problems[0].hasPrefix(problem), "\(error)")
        }
    }
}
