import Crypto
import Engine
import Foundation
import Store

/// The content address of a mask: everything it depends on, hashed.
struct MaskAddress: Sendable {
    let id: MaskID
    let image: ContentDigest
    let model: ContentDigest
    /// Canonical JSON of labels and options.
    let options: String

    init(image bytes: Data, model: Model, labels: [Int]?, options: LabelingOptions) throws {
        // Labels by name: an address then means the same to whoever reads the options of a stored mask.
        let names = labels.map { $0.map { model.description.classes[$0] } }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let canonical = String(decoding: try encoder.encode(Content(labels: names, options: options)), as: UTF8.self)
        let imageDigest = SHA256.hash(data: bytes).hexDigits
        // Fixed lengths before the one text of any length: no two different contents read the same.
        var hash = SHA256()
        hash.update(data: Data("pseudolabel mask 1\n\(imageDigest)\n\(model.digest)\n\(canonical)".utf8))
        guard let id = MaskID(rawValue: hash.finalize().hexDigits), let image = ContentDigest(rawValue: imageDigest),
            let modelDigest = ContentDigest(rawValue: model.digest)
        else { throw Problem(.internalServerError) }
        self.id = id
        self.image = image
        self.model = modelDigest
        self.options = canonical
    }

    struct Content: Codable {
        /// nil: the classifier's own.
        let labels: [String]?
        let options: LabelingOptions
    }
}
