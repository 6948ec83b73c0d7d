import Engine
import Foundation
import Store

/// How a mask compares with its ground truth.
struct GroundTruthDocument: Encodable {
    let mask: String
    let model: MaskDocument.ModelReference
    let optionsDigest: String
    let labelSource: String
    /// Of the ground truth's file.
    let sha256: String
    let createdAt: String
    let figures: ScoreFigures

    private enum CodingKeys: CodingKey {
        case mask, model, optionsDigest, labelSource, sha256, createdAt
    }

    /// - Throws: when the store has what cannot be read.
    init(_ truth: GroundTruthRecord, of record: MaskRecord, models: ServedModels) throws {
        mask = record.id.rawValue
        self.model = MaskDocument.ModelReference(record.modelDigest, models: models)
        optionsDigest = truth.optionsDigest.rawValue
        labelSource = record.labelSource.rawValue
        sha256 = truth.sha256.rawValue
        createdAt = truth.createdAt.formatted(.iso8601)
        let score = try JSONDecoder().decode(MaskScore.self, from: truth.score)
        let model = models.serving(record.modelDigest)?.model
        figures = try ScoreFigures(ScoreSum(score)) { index in
            model.map { $0.className(index) } ?? record.classes.first { $0.classIndex == index }?.name
        }
    }

    /// The figures' members beside the others.
    func encode(to encoder: any Encoder) throws {
        try figures.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(mask, forKey: .mask)
        try container.encode(model, forKey: .model)
        try container.encode(optionsDigest, forKey: .optionsDigest)
        try container.encode(labelSource, forKey: .labelSource)
        try container.encode(sha256, forKey: .sha256)
        try container.encode(createdAt, forKey: .createdAt)
    }
}
