import Foundation

/// Decodes and augments ahead of the trainer, on one thread of its own, a few batches at most.
///
/// What a batch holds depends on seed, epoch and position alone: not on threads, nor on where the run started.
final class BatchLoader: Sendable {
    let order: BatchOrder
    private let queue: BatchQueue

    /// Batches filled ahead. Two keep a step from waiting for one picture that takes long.
    private static let ahead = 2

    /// Bytes of the batches, and of the soft targets they are cut from.
    let bytes: Int

    /// Starts loading at batch `indexInEpoch` of `epoch`; the batch after an epoch's last is the next epoch's first.
    init(
        _ set: TrainingSet, augmentation: Augmentation, normalisation: ModelDescription.Normalisation, batchSize: Int,
        seed: UInt64, epoch: Int = 0, indexInEpoch: Int = 0, targets: SoftTargets? = nil, outputStride: Int = 16,
        balanced: Bool = false, decoder: ImageDecoder = ImageDecoder()
    ) {
        let order = BatchOrder(
            seed: seed, exampleCount: set.examples.count, batchSize: batchSize,
            weights: balanced ? ClassBalance(set).weights : nil)
        // One more is the trainer's.
        let side = CellColours.side(crop: augmentation.crop, stride: outputStride)
        let batches = (0...BatchLoader.ahead).map { _ in
            TrainingBatch(
                size: batchSize, classCount: set.classes.count, crop: augmentation.crop,
                targetCells: targets == nil ? 0 : side * side)
        }
        bytes = batches.reduce(targets?.bytes ?? 0) { $0 + $1.bytes }
        let queue = BatchQueue(batches)
        self.order = order
        self.queue = queue
        let filler = BatchFiller(
            set: set, augmentation: augmentation, normalisation: normalisation, order: order, targets: targets,
            outputStride: outputStride, decoder: decoder)
        let thread = Thread {
            do {
                try filler.fill(queue, epoch: epoch, indexInEpoch: indexInEpoch)
                queue.end(nil)
            } catch {
                queue.end(error)
            }
        }
        thread.name = "batch-loader"
        thread.start()
    }

    /// Bytes of the batches of a loader without soft targets.
    static func bytes(batchSize: Int, classCount: Int, crop: Int) -> Int {
        (1 + ahead) * batchSize * (3 * crop * crop + classCount) * MemoryLayout<Float>.stride
    }

    deinit { stop() }

    /// The next batch, valid until the next call.
    /// - Throws: `PictureFile.Unreadable`, naming a file that can't be read any more; `CancellationError` after `stop`.
    func next() throws -> TrainingBatch { try queue.next() }

    /// Ends the thread, and waits for it: for the picture in its hands at most.
    func stop() { queue.stop() }
}

/// What the loader's thread does.
private struct BatchFiller: Sendable {
    let set: TrainingSet
    let augmentation: Augmentation
    let normalisation: ModelDescription.Normalisation
    let order: BatchOrder
    let targets: SoftTargets?
    let outputStride: Int
    let decoder: ImageDecoder

    /// Fills batches until the queue stops.
    func fill(_ queue: BatchQueue, epoch: Int, indexInEpoch: Int) throws {
        var workspace = Augmentation.Workspace()
        var epoch = epoch + indexInEpoch / order.batchesPerEpoch
        var batchIndex = indexInEpoch % order.batchesPerEpoch
        while true {
            let examples = order.examples(inEpoch: epoch)
            while batchIndex < order.batchesPerEpoch {
                guard let batch = queue.takeEmpty() else { return }
                batch.epoch = epoch
                batch.indexInEpoch = batchIndex
                for (place, position) in order.positions(inBatch: batchIndex).enumerated() {
                    if queue.isStopping { return }
                    let index = examples[position % examples.count]
                    let example = set.examples[index]
                    var random = RandomStream(seed: order.seed, .augmentation, epoch, position)
                    let placement = augmentation.apply(
                        to: try PictureFile(path: example.path).read(decoder), random: &random,
                        normalisation: normalisation,
                        into: batch.pixels(of: place), workspace: &workspace)
                    batch.setLabels(example.labels, of: place)
                    if let targets, let target = batch.targets(of: place) {
                        targets.fill(
                            example: index, labels: example.labels, placement: placement, crop: augmentation.crop,
                            cell: outputStride, into: target)
                    }
                }
                queue.put(batch)
                batchIndex += 1
            }
            batchIndex = 0
            epoch += 1
        }
    }
}
