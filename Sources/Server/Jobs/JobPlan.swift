import Engine
import Foundation
import HTTPTypes
import Store

/// A job as it goes into the store: every member of the request checked, all that is wrong told at once.
struct JobPlan: Sendable {
    /// So many errors are told at once; then the rest is not looked at.
    private static let toldErrors = 100

    let job: NewJob

    /// - Parameters:
    ///   - owner: name of the token it was posted with.
    ///   - tenant: who sees it.
    /// - Throws: a 422 that names the members at fault.
    init(
        _ request: JobRequest, model: Model, owner: String, tenant: Tenant, limits: RequestLimits,
        webhooks: WebhookPolicy
    ) throws {
        var errors: [Problem.FieldError] = []
        func complain(_ field: String, _ reason: String) {
            if errors.count < JobPlan.toldErrors { errors.append(.init(field: field, detail: reason)) }
        }

        let name = request.head.name ?? ""
        if let reason = JobPlan.fault(inName: name, limits: limits, mayBeEmpty: true) { complain("name", reason) }
        if let url = request.head.callbackURL, let reason = webhooks.refusal(of: url) {
            complain("callback_url", reason)
        }
        var options: LabelingOptions?
        do {
            options = try JobPlan.options(request.head.options, model: model)
        } catch {
            complain("options.\(error.field)", error.reason)
        }
        if request.items.isEmpty { complain("items", "is empty; a job has at least one") }

        var indexOfName: [String: Int] = [:]
        var addresses = MaskAddressing(model: model, options: options)
        var items: [NewJob.Item] = []
        items.reserveCapacity(request.items.count)
        for (index, item) in request.items.enumerated() {
            // Looking for what an unknown label may have meant takes time.
            if errors.count >= JobPlan.toldErrors { break }
            let field = "items[\(index)]"
            if let reason = JobPlan.fault(inName: item.name, limits: limits, mayBeEmpty: false) {
                complain("\(field).name", reason)
            } else if let first = indexOfName.updateValue(index, forKey: item.name) {
                complain("\(field).name", "is that of items[\(first)] too; names are unique")
            }
            let image = ContentDigest(rawValue: item.sha256)
            if image == nil {
                complain("\(field).sha256", "must be 64 lower-case hex digits: the SHA-256 of the image's bytes")
            }
            if let labels = item.labels, labels.isEmpty || labels.count > limits.maximumLabels {
                complain(
                    "\(field).labels",
                    labels.isEmpty
                        ? "is empty; leave it out to let the classifier decide"
                        : "has \(labels.count) names, at most \(limits.maximumLabels) are allowed")
                continue
            }
            do {
                let known = try addresses.content(labels: item.labels)
                guard let image else { continue }
                let mask = try MaskAddress.id(
                    image: image, model: model, canonical: known.options, tenant: tenant)
                items.append(NewJob.Item(name: item.name, image: image, labels: known.labels, mask: mask))
            } catch let error as UnknownLabel {
                complain("\(field).labels", error.description)
            }
        }
        guard errors.isEmpty, let options else {
            let first = errors.first.map { "\($0.field) \($0.detail)" } ?? ""
            throw Problem(
                .unprocessableContent,
                errors.count == 1
                    ? first + "."
                    : "The job has \(errors.count)\(errors.count < JobPlan.toldErrors ? "" : " or more") errors; "
                        + "the first: \(first).",
                errors: errors)
        }
        guard let digest = ContentDigest(rawValue: model.digest) else { throw Problem(.internalServerError) }
        job = NewJob(
            name: name, owner: owner, tenant: tenant, modelDigest: digest,
            options: try MaskAddress.canonical(options), callbackURL: request.head.callbackURL, items: items)
    }

    private static func options(
        _ given: JobRequest.Options?, model: Model
    ) throws(InvalidOption) -> LabelingOptions {
        var refinement: Refinement?
        if let text = given?.refinement {
            refinement = Refinement(rawValue: text)
            guard refinement != nil else {
                let known = Refinement.allCases.map(\.rawValue).joined(separator: ", ")
                throw InvalidOption(field: "refinement", reason: "must be one of \(known)")
            }
        }
        return try LabelingOptions(
            model: model.description, scales: given?.scales, flip: given?.flip, refinement: refinement,
            background: given?.background, certainty: given?.certainty)
    }

    /// Why a text cannot be a name, which becomes a file's in the result; nil when it can.
    private static func fault(inName name: String, limits: RequestLimits, mayBeEmpty: Bool) -> String? {
        if name.isEmpty { return mayBeEmpty ? nil : "is empty" }
        if name.utf8.count > limits.maximumNameBytes {
            return "has \(name.utf8.count) bytes, at most \(limits.maximumNameBytes) are allowed"
        }
        if name.utf8.contains(where: { $0 < ASCII.space || $0 == 0x7F || $0 == UInt8(ascii: "/") }) {
            return "holds a slash or a control character"
        }
        return name == "." || name == ".." ? "is no file name" : nil
    }
}

/// What masks of one model and one set of options are addressed by beside the image; worked out once for each set of
/// labels.
private struct MaskAddressing {
    private let model: Model
    private let options: LabelingOptions?
    private var canonical: [[String]?: (labels: [String]?, options: String)] = [:]

    init(model: Model, options: LabelingOptions?) {
        self.model = model
        self.options = options
    }

    /// - Returns: the labels in the order of the model's classes, each once, and the canonical JSON of them and the
    ///   options.
    mutating func content(labels: [String]?) throws -> (labels: [String]?, options: String) {
        if let known = canonical[labels] { return known }
        let indices = try labels.map { try model.classIndices(of: $0) }
        let names = indices.map { $0.map { model.description.classes[$0] } }
        // Without options nothing is stored; the labels are still to be looked at.
        let new = (names, try options.map { try MaskAddress.canonical(labels: names, options: $0) } ?? "")
        canonical[labels] = new
        return new
    }
}
