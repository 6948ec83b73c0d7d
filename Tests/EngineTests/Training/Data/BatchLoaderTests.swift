import Foundation
import Testing

@testable import Engine

struct BatchLoaderTests {
    private static let normalisation = ModelDescription.Normalisation(
        mean: [127, 127, 127], deviation: [128, 128, 128])

    /// `count` pictures called p0, p1, ... of classes c0, c1, c2.
    private static func make(_ count: Int) throws -> (DataSetFolder, TrainingSet) {
        let folder = try DataSetFolder()
        var text = "image,labels\n"
        for index in 0..<count {
            try folder.writePicture("p\(index).png", width: 8 + index, height: 9, seed: UInt64(index))
            text += "p\(index),c\(index % 3)\(index % 4 == 0 ? ";c\((index + 1) % 3)" : "")\n"
        }
        let set = try TrainingSet(
            images: folder.path, labels: LabelsFile(text: text, path: "l.csv"), classes: ["c0", "c1", "c2"], threads: 1)
        return (folder, set)
    }

    private static func loader(_ set: TrainingSet, batchSize: Int, epoch: Int = 0, indexInEpoch: Int = 0) -> BatchLoader
    {
        BatchLoader(
            set, augmentation: Augmentation(crop: 8, longSide: 6...14), normalisation: normalisation,
            batchSize: batchSize, seed: 11, epoch: epoch, indexInEpoch: indexInEpoch)
    }

    /// A copy of what a batch held.
    private struct Contents: Equatable {
        let epoch: Int
        let indexInEpoch: Int
        let labels: [Float]
        let pixels: [Float]

        init(_ batch: TrainingBatch) {
            epoch = batch.epoch
            indexInEpoch = batch.indexInEpoch
            labels = batch.labels.values(batch.labels.count)
            pixels = batch.pixels.values(batch.pixels.count)
        }
    }

    @Test func batches_holdTheExamplesOfTheOrderAugmentedByPosition() throws {
        let (folder, set) = try Self.make(10)
        defer { withExtendedLifetime(folder) {} }
        let loader = Self.loader(set, batchSize: 4)
        var workspace = Augmentation.Workspace()
        for (epoch, index) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)] {
            let batch = try loader.next()
            #expect(batch.epoch == epoch && batch.indexInEpoch == index)
            var order = RandomStream(seed: 11, .order, epoch)
            let examples = order.permutation(of: 10)
            for place in 0..<4 {
                let position = 4 * index + place
                let example = set.examples[examples[position]]
                var random = RandomStream(seed: 11, .augmentation, epoch, position)
                let expected = FloatBuffer(count: 3 * 64)
                Augmentation(crop: 8, longSide: 6...14).apply(
                    to: try ImageDecoder().decode(Data(contentsOf: URL(fileURLWithPath: example.path))),
                    random: &random, normalisation: Self.normalisation, into: expected.pointer, workspace: &workspace)
                let pixels = Array(UnsafeBufferPointer(start: batch.pixels(of: place), count: 3 * 64))
                #expect(pixels == expected.values(3 * 64))
                let labels = (0..<3).map { batch.labels.pointer[place * 3 + $0] }
                #expect(labels == (0..<3).map { example.labels.contains($0) ? 1 : 0 })
            }
        }
    }

    @Test(arguments: [(0, 1), (1, 0), (2, 1), (0, 3)])
    func resumedLoader_goesOnWithTheSameBatches(_ start: (epoch: Int, index: Int)) throws {
        let (folder, set) = try Self.make(7)
        defer { withExtendedLifetime(folder) {} }
        let whole = Self.loader(set, batchSize: 3)
        let resumed = Self.loader(set, batchSize: 3, epoch: start.epoch, indexInEpoch: start.index)
        for _ in 0..<2 * start.epoch + start.index { _ = try whole.next() }
        for _ in 0..<5 { #expect(Contents(try whole.next()) == Contents(try resumed.next())) }
    }

    @Test func fewerExamplesThanABatch_wrapAround() throws {
        let (folder, set) = try Self.make(3)
        defer { withExtendedLifetime(folder) {} }
        let loader = Self.loader(set, batchSize: 8)
        #expect(loader.order.batchesPerEpoch == 1)
        for epoch in 0..<3 {
            let batch = try loader.next()
            #expect(batch.epoch == epoch && batch.indexInEpoch == 0)
            let order = loader.order.examples(inEpoch: epoch)
            for place in 0..<8 {
                let labels = set.examples[order[place % 3]].labels
                for index in 0..<3 {
                    #expect(batch.labels.pointer[3 * place + index] == (labels.contains(index) ? 1 : 0))
                }
            }
        }
    }

    @Test func everyEpoch_visitsEveryExampleOnceInAnOrderOfItsOwn() {
        let order = BatchOrder(seed: 5, exampleCount: 50, batchSize: 8)
        #expect(order.batchesPerEpoch == 6)
        let epochs = (0..<4).map(order.examples)
        for epoch in epochs { #expect(epoch.sorted() == Array(0..<50)) }
        #expect(Set(epochs).count == 4)
    }

    @Test func vanishedFile_isThrownByNameAfterTheBatchesBeforeIt_again() throws {
        let (folder, set) = try Self.make(6)
        let order = BatchOrder(seed: 11, exampleCount: 6, batchSize: 2)
        let victim = set.examples[order.examples(inEpoch: 0)[3]]
        try folder.remove("\(victim.name).png")
        let loader = Self.loader(set, batchSize: 2)
        #expect(try loader.next().indexInEpoch == 0)
        for _ in 0..<2 {
            let error = try #require(throws: PictureFile.Unreadable.self) { _ = try loader.next() }
            #expect(error.path == victim.path)
        }
    }

    @Test func stop_endsAWaitingLoaderAndNextSaysSo() throws {
        let (folder, set) = try Self.make(4)
        defer { withExtendedLifetime(folder) {} }
        let loader = Self.loader(set, batchSize: 2)
        _ = try loader.next()
        loader.stop()
        #expect(throws: CancellationError.self) { _ = try loader.next() }
        loader.stop()
    }
}
