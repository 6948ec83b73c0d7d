import Engine
import Foundation
import Store

extension MaskService {
    /// Compares a mask with its ground truth in the engine's process, and keeps the counts.
    func setGroundTruth(
        _ bytes: Data, of id: MaskID, for client: ClientIdentity,
        completion: @escaping @Sendable (Result<(document: GroundTruthDocument, isNew: Bool), any Error>) -> Void
    ) {
        perform(on: reads, for: client, completion) { [self] in
            guard let mask = try store.mask(id, for: client.tenant) else { throw MaskService.unknownMask }
            let (served, options) = try requireComparable(mask)
            // What its header gives away is refused before it takes a place in the queue.
            try GroundTruth.checkHeader(bytes, width: mask.imageWidth, height: mask.imageHeight)
            perform(on: inference, for: client, completion) { [self] in
                let record = GroundTruthRecord(
                    sha256: try ContentDigest(ofBytes: bytes), optionsDigest: options,
                    score: try score(mask, bytes, served),
                    createdAt: Date())
                let outcome = try store.setGroundTruth(record, of: id, for: client.tenant)
                guard outcome != .unknownMask else { throw MaskService.unknownMask }
                completion(
                    .success((try GroundTruthDocument(record, of: mask, models: models), isNew: outcome == .stored)))
            }
        }
    }

    /// - Returns: the mask's model, and the digest of its options.
    /// - Throws: a 409 for a mask of which this server does not know what its indices mean.
    private func requireComparable(_ mask: MaskRecord) throws -> (ServedModel, ContentDigest) {
        guard let served = models.serving(mask.modelDigest) else {
            throw Problem(
                .conflict,
                "The mask is of the model \(mask.modelDigest), whose classes this server does not know; "
                    + "start it with that model, or POST the image again.")
        }
        guard let content = try? MaskAddress.Content(mask.options) else {
            throw Problem(.conflict, "The mask was made by another version of the service; POST the image again.")
        }
        return (served, try content.optionsDigest)
    }

    private func score(_ mask: MaskRecord, _ bytes: Data, _ served: ServedModel) throws -> Data {
        do {
            let image = try retryingDeaths("ground truth of \(bytes.count) bytes") { isolated in
                try served.engine.score(ScoreTask(maskPNG: mask.maskPNG, groundTruth: bytes, isolated: isolated))
            }
            let score = try JSONEncoder().encode(
                MaskScore(classCount: served.model.description.classes.count, image: image))
            guard score.count <= GroundTruthRecord.maximumScoreBytes else {
                throw Problem(
                    .unprocessableContent,
                    "Mask and ground truth meet in \(image.pairs.count) pairs of classes, more than are kept of an image.",
                    errors: [.init(field: "ground_truth", detail: "has too many classes beside each other")])
            }
            return score
        } catch let error as ImageError {
            logger.error("mask \(mask.id) in the store cannot be decoded: \(error)")
            throw Problem(.internalServerError, "The server could not read the stored mask; its log has the reason.")
        }
    }
}
