import Foundation
import Synchronization
import Testing

@testable import Engine

extension TrainingRuns {
    struct TeacherTests {
        private let fixture: TrainingFixture

        init() throws { fixture = try TrainingFixture(pictures: 3) }

        /// What the targets of each picture say of a crop that shows it all.
        private func values(_ targets: SoftTargets, of set: TrainingSet) -> [[Float]] {
            set.examples.indices.map { index in
                var random = RandomStream(seed: 1, .augmentation)
                let placement = CropPlacement(
                    width: 64, height: 64, Augmentation(crop: 64, longSide: 64...64, flip: 0), &random)
                let buffer = FloatBuffer(count: set.classes.count * 64)
                targets.fill(
                    example: index, labels: set.examples[index].labels, placement: placement, crop: 64, cell: 8,
                    into: buffer.pointer)
                return buffer.values(buffer.count)
            }
        }

        private func teacher(threads: Int) throws -> Teacher {
            Teacher(model: try Model.embedded(), threads: threads, backgroundScore: 0.3, scales: [0.5, 1, 1.5])
        }

        @Test func targets_areTheSameWithAnyThreads() throws {
            let set = fixture.set
            let counts = Mutex([Int]())
            let one = try teacher(threads: 1).targets(of: set)
            let two = try teacher(threads: 2).targets(
                of: set, progress: { done, total in counts.withLock { $0 += [done, total] } })
            let found = values(one, of: set)
            #expect(found == values(two, of: set))
            #expect(counts.withLock { $0 } == [1, 3, 2, 3, 3, 3])
            #expect(found.joined().allSatisfy { (0...1).contains($0) })
            // A class that the network does not see is background everywhere; it sees something in some.
            #expect(found.contains { Set($0).count > 1 })
            for (example, row) in zip(set.examples, found) {
                for index in set.classes.indices where !example.labels.contains(index) {
                    #expect(row[64 * index..<64 * (index + 1)].allSatisfy { $0 == 0 })
                }
            }
        }

        @Test func pictureThatVanished_isNamed() throws {
            try fixture.folder.remove("p1.png")
            let error = try #require(throws: PictureFile.Unreadable.self) {
                _ = try teacher(threads: 1).targets(of: fixture.set)
            }
            #expect("\(error)".contains("p1.png"))
        }
    }
}
