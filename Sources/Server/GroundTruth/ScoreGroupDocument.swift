import Engine
import Foundation
import Store

/// How good the masks of one model, of the same options and with labels from the same source are together. Masks of
/// different groups are never figured together.
struct ScoreGroupDocument: Encodable {
    let model: MaskDocument.ModelReference
    /// nil for options of another version of the service.
    let options: LabelingOptions?
    /// `Pipeline.revision` of the program that made the masks; nil for those from before it was kept.
    let revision: Int?
    let optionsDigest: String
    let labelSource: String
    let images: Int
    let figures: ScoreFigures

    /// Scores read from the store at a time.
    private static let page = 500

    private enum CodingKeys: CodingKey {
        case model, options, revision, optionsDigest, labelSource, images
    }

    /// - Returns: nil when the last of the group's masks has gone.
    init?(_ group: GroundTruthGroup, _ store: Store, for tenant: Tenant, models: ServedModels) throws {
        let decoder = JSONDecoder()
        var sum: ScoreSum?
        var last: Int64?
        repeat {
            last = try store.forEachScore(of: group, after: last, limit: Self.page, for: tenant) { bytes in
                let score = try decoder.decode(MaskScore.self, from: bytes)
                if sum == nil { sum = ScoreSum(classCount: score.classCount) }
                try sum?.add(score)
            }
        } while last != nil
        guard let sum, let maskOptions = try store.maskOptions(of: group, for: tenant) else { return nil }
        self.model = MaskDocument.ModelReference(group.modelDigest, models: models)
        let content = try? MaskAddress.Content(maskOptions)
        options = content?.options
        revision = content?.revision
        optionsDigest = group.optionsDigest.rawValue
        labelSource = group.labelSource.rawValue
        images = sum.images
        if let model = models.serving(group.modelDigest)?.model {
            figures = ScoreFigures(sum, names: model.className)
        } else {
            let names = try store.classNames(of: group, for: tenant)
            figures = ScoreFigures(sum) { names[$0] }
        }
    }

    /// The figures' members beside the others.
    func encode(to encoder: any Encoder) throws {
        try figures.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(model, forKey: .model)
        try container.encodeIfPresent(options, forKey: .options)
        try container.encodeIfPresent(revision, forKey: .revision)
        try container.encode(optionsDigest, forKey: .optionsDigest)
        try container.encode(labelSource, forKey: .labelSource)
        try container.encode(images, forKey: .images)
    }
}
