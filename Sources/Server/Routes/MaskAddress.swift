import Crypto
import Engine
import Foundation
import Store

/// The content address of a mask: everything it depends on, and whose it is, hashed.
struct MaskAddress: Sendable {
    let id: MaskID
    let image: ContentDigest
    let model: ContentDigest
    /// Canonical JSON of `Content`.
    let options: String

    init(image bytes: Data, model: Model, labels: [Int]?, options: LabelingOptions, tenant: Tenant) throws {
        guard let modelDigest = ContentDigest(rawValue: model.digest) else { throw Problem(.internalServerError) }
        let image = try ContentDigest(ofBytes: bytes)
        self.options = try MaskAddress.canonical(
            labels: labels.map { $0.map { model.description.classes[$0] } }, options: options)
        id = try MaskAddress.id(image: image, model: model, canonical: self.options, tenant: tenant)
        self.image = image
        self.model = modelDigest
    }

    /// The address of an item of a job, whose mask is known by it before its image is there.
    init(_ item: JobItemRecord, model: Model, options: LabelingOptions) throws {
        guard let modelDigest = ContentDigest(rawValue: model.digest) else { throw Problem(.internalServerError) }
        id = item.mask
        image = item.image
        self.model = modelDigest
        self.options = try MaskAddress.canonical(labels: item.labels, options: options)
    }

    /// - Parameter labels: by name, so that an address means the same to whoever reads the options of a stored mask; in
    ///   the order of the model's classes. nil: the classifier's own.
    static func canonical(labels: [String]?, options: LabelingOptions) throws -> String {
        try canonical(Content(revision: Pipeline.revision, labels: labels, options: options))
    }

    static func canonical(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Tenants share no mask: neither it nor how fast it is answered tells one of them what another has made.
    ///
    /// - Parameter canonical: of `Content`.
    static func id(image: ContentDigest, model: Model, canonical: String, tenant: Tenant) throws -> MaskID {
        // A tenant's name is bounded and one word, and no digest begins so; then fixed lengths before the one text of
        // any length: no two different contents read the same.
        let owner = tenant.name.isEmpty ? "" : "tenant \(tenant.name)\n"
        var hash = SHA256()
        hash.update(data: Data("pseudolabel mask\n\(owner)\(image)\n\(model.digest)\n\(canonical)".utf8))
        guard let id = MaskID(rawValue: hash.finalize().hexDigits) else { throw Problem(.internalServerError) }
        return id
    }

    struct Content: Codable {
        /// `Pipeline.revision` of the program that made the mask; nil in masks that are older than this member.
        let revision: Int?
        /// nil: the classifier's own.
        let labels: [String]?
        let options: LabelingOptions
    }
}

extension MaskAddress.Content {
    /// - Parameter canonical: of a stored mask.
    init(_ canonical: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(canonical.utf8)) }

    /// SHA-256 of the canonical content without the labels: the same for all masks that were made alike.
    var optionsDigest: ContentDigest {
        get throws {
            let shared = Self(revision: revision, labels: nil, options: options)
            return try ContentDigest(ofBytes: Data(MaskAddress.canonical(shared).utf8))
        }
    }
}

extension ContentDigest {
    /// The SHA-256 of bytes.
    init(ofBytes bytes: Data) throws {
        guard let digest = ContentDigest(rawValue: SHA256.hash(data: bytes).hexDigits) else {
            throw Problem(.internalServerError)
        }
        self = digest
    }
}
