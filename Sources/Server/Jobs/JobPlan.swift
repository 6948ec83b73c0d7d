import Engine
import Foundation
import HTTPTypes
import Store
import Text

/// A job on its way into the store: its head first, then each item as it is read. Every member is checked; all that is
/// wrong is told at once, at the end.
struct JobPlan {
    /// So many errors are told at once; then the rest is not looked at.
    private static let toldErrors = 100

    /// Whose classes the labels are.
    let served: ServedModel
    private let owner: String
    private let tenant: Tenant
    private let limits: RequestLimits
    private let head: JobRequest.Head
    private let options: LabelingOptions?
    private var addresses: MaskAddressing
    private var errors: [Problem.FieldError] = []
    private var indexOfName: [ByteKey: Int] = [:]
    /// Folders that names have and that are called as a mask could be: `a.png` of `a.png/1`.
    private var folderNames: [ByteKey: Int] = [:]
    private var itemCount = 0
    private var items: [NewJob.Item] = []
    /// Items whose labels are none at all.
    private var withoutClass = 0

    /// - Parameter client: who posted it.
    init(
        _ head: JobRequest.Head, of served: ServedModel, client: ClientIdentity, limits: RequestLimits,
        webhooks: WebhookPolicy
    ) {
        self.served = served
        owner = client.token ?? ""
        tenant = client.tenant
        self.limits = limits
        self.head = head
        var errors: [Problem.FieldError] = []
        if let reason = JobPlan.fault(inName: head.name ?? "", limits: limits) {
            errors.append(.init(field: "name", detail: reason))
        }
        if let url = head.callbackURL, let reason = webhooks.refusal(of: url) {
            errors.append(.init(field: "callback_url", detail: reason))
        }
        var options: LabelingOptions?
        do throws(InvalidOption) {
            options = try JobPlan.options(head.options, model: served.model)
        } catch {
            errors.append(.init(field: "options.\(error.field)", detail: error.reason))
        }
        self.options = options
        self.errors = errors
        addresses = MaskAddressing(model: served.model, options: options)
    }

    /// The next item.
    /// - Throws: a 413 when there are more than a job may have.
    mutating func add(_ item: JobRequest.Item) throws {
        guard itemCount < limits.maximumItems else {
            throw Problem(
                .contentTooLarge, "A job has at most \(limits.maximumItems) items; send the rest as another job.",
                errors: [.init(field: "items", detail: "more than \(limits.maximumItems)")])
        }
        let index = itemCount
        itemCount += 1
        // Looking for what an unknown label may have meant takes time.
        guard errors.count < JobPlan.toldErrors else { return }
        let field = "items[\(index)]"
        let name = RelativePath.normalised(item.name)
        if let reason = JobPlan.fault(inItemName: name, limits: limits) {
            complain("\(field).name", reason)
        } else if let first = indexOfName.updateValue(index, forKey: ByteKey(name)) {
            complain("\(field).name", "is that of items[\(first)] too; names are unique")
        } else if let other = itemInTheWay(of: name, index: index) {
            complain("\(field).name", "needs a file and items[\(other)] a folder of one name, or the other way round")
        }
        let image = ContentDigest(rawValue: item.sha256)
        if image == nil {
            complain("\(field).sha256", "must be 64 lower-case hex digits: the SHA-256 of the image's bytes")
        }
        do {
            let known = try addresses.content(labels: item.labels, maximum: limits.maximumLabels)
            if known.labels?.isEmpty == true { withoutClass += 1 }
            guard let image else { return }
            let mask = try MaskAddress.id(image: image, model: served.model, canonical: known.options, tenant: tenant)
            items.append(NewJob.Item(name: name, image: image, labels: known.labels, mask: mask))
        } catch let error as UnknownLabels {
            for label in error.labels { complain("\(field).labels", label.description) }
            let more = error.count - error.labels.count
            if more > 0 { complain("\(field).labels", "and \(more) more unknown labels") }
        } catch let error as LabelList.Fault {
            complain("\(field).labels", error.description)
        }
    }

    /// - Throws: a 422 that names the members at fault.
    func job() throws -> NewJob {
        var errors = errors
        if itemCount == 0 { errors.append(.init(field: "items", detail: "is empty; a job has at least one")) }
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
        return NewJob(
            name: head.name ?? "", owner: owner, tenant: tenant, modelDigest: served.digest,
            options: try MaskAddress.canonical(options), callbackURL: head.callbackURL, items: items)
    }

    /// An item's name, digest and mask, with what Swift needs for each.
    private static let bytesPerItem = 512
    /// What is kept in memory, about.
    var heldBytes: Int { items.count * JobPlan.bytesPerItem }

    /// What is odd and no fault, a sentence each; bounded in number.
    var warnings: [String] {
        (withoutClass > 0 ? [NoClass.text(images: withoutClass)] : []) + SimilarNames.warnings(items.map(\.name))
    }

    private mutating func complain(_ field: String, _ reason: String) {
        if errors.count < JobPlan.toldErrors { errors.append(.init(field: field, detail: reason)) }
    }

    private static func options(
        _ given: JobRequest.Options?, model: Model
    ) throws(InvalidOption) -> LabelingOptions {
        var refinement: Refinement?
        if let text = given?.refinement {
            refinement = Refinement(bytes: text)
            guard refinement != nil else {
                let known = Refinement.allCases.map(\.rawValue).joined(separator: ", ")
                throw InvalidOption(field: "refinement", reason: "must be one of \(known)")
            }
        }
        return try LabelingOptions(
            model: model.description, scales: given?.scales, flip: given?.flip, refinement: refinement,
            background: given?.background, certainty: given?.certainty, minimumArea: given?.minimumArea,
            dropSmall: given?.dropSmall)
    }

    /// Why a text cannot be the job's name; nil when it can.
    private static func fault(inName name: String, limits: RequestLimits) -> String? {
        tooLong(name, limits) ?? NameRule.fault(in: name) ?? (name.isOne(of: [".", ".."]) ? "is no file name" : nil)
    }

    /// Why a text cannot be an item's name, which becomes a file's path in the result; nil when it can.
    private static func fault(inItemName name: String, limits: RequestLimits) -> String? {
        if name.isEmpty { return "is empty" }
        return tooLong(name, limits) ?? NameRule.fault(in: name, allowingSlashes: true) ?? RelativePath.fault(in: name)
    }

    private static func tooLong(_ name: String, _ limits: RequestLimits) -> String? {
        guard name.utf8.count > limits.maximumNameBytes else { return nil }
        return "has \(name.utf8.count) bytes, at most \(limits.maximumNameBytes) are allowed"
    }

    private static let maskEnding = ".png"

    /// An item whose mask is a file where this one's needs a folder, or the other way round: nobody could unpack both.
    private mutating func itemInTheWay(of name: String, index: Int) -> Int? {
        if let other = folderNames[ByteKey(name + JobPlan.maskEnding)] { return other }
        var path = Substring(name)
        while let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) {
            path = path[..<slash]
            guard path.endsWithBytes(of: JobPlan.maskEnding) else { continue }
            if let other = indexOfName[ByteKey(Substring(path.utf8.dropLast(JobPlan.maskEnding.utf8.count)))] {
                return other
            }
            folderNames[ByteKey(path)] = index
        }
        return nil
    }
}

/// What masks of one model and one set of options are addressed by beside the image; worked out once for each set of
/// labels.
private struct MaskAddressing {
    private static let keptSets = 100

    private let model: Model
    private let options: LabelingOptions?
    private var canonical: [[ByteKey]?: (labels: [String]?, options: String)] = [:]

    init(model: Model, options: LabelingOptions?) {
        self.model = model
        self.options = options
    }

    /// - Parameters:
    ///   - labels: as a client wrote them; nil lets the classifier decide, which no label at all does not.
    ///   - maximum: names an image may have.
    /// - Returns: the labels in the order of the model's classes, each once, and the canonical JSON of them and the
    ///   options.
    mutating func content(labels: [String]?, maximum: Int) throws -> (labels: [String]?, options: String) {
        let key = labels.map { $0.map(ByteKey.init) }
        if let known = canonical[key] { return known }
        let indices = try labels.map { try model.classIndices(ofArray: $0, maximum: maximum) }
        let names = indices.map { $0.map { model.description.classes[$0] } }
        // Without options nothing is stored; the labels are still to be looked at.
        let new = (names, try options.map { try MaskAddress.canonical(labels: names, options: $0) } ?? "")
        // Most jobs have few sets of labels; of one that has many not all are kept.
        if canonical.count >= MaskAddressing.keptSets { canonical.removeAll(keepingCapacity: true) }
        canonical[key] = new
        return new
    }
}
