import Crypto
import Engine
import Foundation
import Text

/// The job that OUT belongs to: begun anew, or found again.
struct BatchJob {
    let document: JobDocument
    /// SHA-256 of the images that the server lacks.
    let missing: [String]

    /// OUT belongs to something else; nothing was sent.
    struct Mismatch: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameters:
    ///   - digests: SHA-256 of the items' images, in their order.
    ///   - unusable: images that can't be read now; a job that is gone on with may have them.
    ///   - head: name and options.
    static func open(
        items: [BatchItem], digests: [String], unusable: [BatchFailure], head: NewJob, client: JobClient,
        output: BatchOutput
    ) throws -> BatchJob {
        let server = client.address.description
        var record = try BatchOutput.record(in: output.root.path)
        if let known = record, let id = known.id {
            if let document = try client.job(id) {
                let difference = Difference(items: items, digests: digests, unusable: unusable)
                return try resume(document, difference, head: head, client: client, output: output)
            }
            guard known.server.equalsBytes(of: server) else {
                throw Mismatch(
                    description: "\(output.root.path) belongs to job \(id) at \(known.server), which \(server) does "
                        + "not know; give that server, or another --out")
            }
            client.note("\(server) no longer knows job \(id); the images are posted as a new one")
            if let folder = try output.setMasksAside(of: id) { client.note("its masks are in \(folder) now") }
            record = nil
        }
        guard !output.holdsMasks else {
            throw Mismatch(
                description: "\(output.root.path) holds masks of another run, and no job.json; choose another --out")
        }
        var begun = JobRecord(server: server, key: record?.key ?? UUID().uuidString, id: nil)
        try output.write(begun)
        var body = try JobDocuments.line(head)
        for (item, digest) in zip(items, digests) {
            body += try JobDocuments.line(NewJobItem(name: item.name, sha256: digest, labels: item.labels))
        }
        let key = SHA256.hash(data: Data((begun.key + SHA256.hash(data: body).hexDigits).utf8)).hexDigits
        let document: JobDocument
        do {
            document = try client.post(body, idempotencyKey: key)
        } catch let refused as JobClient.Refused {
            throw JobClient.Refused(status: refused.status, description: named(refused.description, items))
        }
        for warning in document.warnings ?? [] { client.note("warning: " + JobClient.printable(warning)) }
        begun.id = document.id
        try output.write(begun)
        return BatchJob(document: document, missing: document.missing ?? [])
    }

    /// `items[3].labels` means nothing to somebody who has a folder of pictures.
    private static func named(_ text: String, _ items: [BatchItem]) -> String {
        text.replacing(/items\[(\d+)\]\.?/) { match in
            guard let index = Int(match.1), items.indices.contains(index) else { return String(match.0) }
            return items[index].name + " "
        }
    }

    private static func resume(
        _ document: JobDocument, _ known: Difference, head: NewJob, client: JobClient, output: BatchOutput
    ) throws -> BatchJob {
        var difference = known
        var missing: [String] = []
        var cursor: String?
        try client.items(of: document.id, state: nil, from: &cursor) { page in
            for item in page {
                difference.compare(item)
                if item.state == "waiting_for_image" { missing.append(item.sha256) }
            }
        }
        if let text = difference.text ?? optionsDifference(document.options, head.options) {
            throw Mismatch(
                description: "\(output.root.path) belongs to job \(document.id), and that differs from what is given "
                    + "now: \(text); choose another --out for the new set")
        }
        client.note("going on with job \(document.id)")
        var seen: Set<ByteKey> = []
        return BatchJob(document: document, missing: missing.filter { seen.insert(ByteKey($0)).inserted })
    }

    private static func optionsDifference(_ job: JobDocument.Options, _ given: NewJob.Options) -> String? {
        if job.scales != given.scales { return "its scales are \(job.scales), not \(given.scales)" }
        if job.flip != given.flip { return "its flip is \(job.flip), not \(given.flip)" }
        if job.refinement != given.refinement { return "its refinement is \(job.refinement), not \(given.refinement)" }
        if let background = given.background, job.background != background {
            return "its background is \(job.background), not \(background)"
        }
        if job.certainty != given.certainty {
            func text(_ certainty: Float?) -> String { certainty.map { "\($0)" } ?? "none" }
            return "its certainty is \(text(job.certainty)), not \(text(given.certainty))"
        }
        // A server names no default.
        let (theirs, ours) = (job.minimumArea, given.minimumArea)
        let preset = LabelingOptions.defaultMinimumArea
        if theirs ?? preset != ours ?? preset {
            return "its minimum area is \(theirs ?? preset), not \(ours ?? preset)"
        }
        if job.dropSmall ?? false != given.dropSmall ?? false {
            return "it \(job.dropSmall == true ? "drops" : "keeps") small components"
        }
        return nil
    }
}

/// Between the images here and the items of a job.
private struct Difference {
    private var indices: [ByteKey: Int]
    private let items: [BatchItem]
    private let digests: [String]
    private let unusable: Set<ByteKey>
    private var changes: [String] = []

    init(items: [BatchItem], digests: [String], unusable: [BatchFailure]) {
        self.items = items
        self.unusable = Set(unusable.map { ByteKey($0.name) })
        self.digests = digests
        let names = items.map { ByteKey($0.name) }
        indices = Dictionary(zip(names, items.indices), uniquingKeysWith: { first, _ in first })
    }

    mutating func compare(_ item: ItemsPage.Item) {
        guard let index = indices.removeValue(forKey: ByteKey(item.name)) else {
            if unusable.contains(ByteKey(item.name)) { return }
            return changes.append("\(JobClient.printable(item.name)) is not here")
        }
        if !item.sha256.equalsBytes(of: digests[index]) { changes.append("the file of \(item.name) is another") }
        // The order of labels says nothing. Which names hold a comma tell those that the service made of them.
        let whole = WholeNames(of: item.labels ?? [])
        let labels = [item.labels, items[index].labels].map { names in
            names.map { Set(((try? LabelList.names(inArray: $0, whole: whole)) ?? $0).map { ByteKey($0) }) }
        }
        if labels[0] != labels[1] {
            changes.append("the labels of \(item.name) are others")
        }
    }

    /// nil when there is none.
    var text: String? {
        let all = changes + indices.keys.sorted().map { "\($0) is not in the job" }
        guard !all.isEmpty else { return nil }
        let shown = 5
        return all.prefix(shown).joined(separator: ", ") + (all.count > shown ? " and \(all.count - shown) more" : "")
    }
}
