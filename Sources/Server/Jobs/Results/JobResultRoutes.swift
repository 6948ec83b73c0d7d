import Engine
import Foundation
import HTTPTypes
import Store
import Text

/// `/v1/jobs/{id}/result.tar`: all of a job's masks in one download.
struct JobResultRoutes: Sendable {
    let service: JobService
    let jobs: JobRoutes

    func add(to router: inout Router) {
        router.on(.get, "/v1/jobs/{id}/result.tar", handler: result)
    }

    private func result(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        let id = try jobs.jobID(parameters)
        let query = try RequestQuery(request, known: ["format", "cursor"])
        let after = try query.cursor()
        let format = query.text("format") ?? "voc"
        guard format.isOne(of: ["voc", "coco"]) else { throw query.invalid("format", "must be voc or coco") }
        jobs.read(request, reply) {
            let job = try jobs.find(id, for: request.head.client)
            let range = JobResultRange(job, after: after)
            return format == "voc" ? try archive(job, range, request.head) : coco(job, range, request.head)
        }
    }

    /// Answered from the job's row alone, up to the first byte of the body: what the archive is made of is counted when
    /// items end.
    private func archive(_ job: JobRecord, _ range: JobResultRange, _ head: RequestHead) throws -> Response {
        let model = service.models.serving(job.modelDigest)?.model
        let leavesOut = (try? JobManifest(options: job.options))?.options.certainty != nil
        let labelmap = model.map { Labelmap.text(classes: $0.description.classes, leavesOut: leavesOut) }
        var etag = "\"\(job.id)-\(job.revision)-\(range.after)"
        if labelmap == nil { etag += "-unnamed" } else if leavesOut { etag += "-ignored" }
        etag += "\""
        // Before a range is looked at (RFC 9110 section 13.2.2).
        if let known = unchanged(etag, head) { return known }
        let archive = try VOCArchive(job, range: range, store: service.store, labelmap: labelmap)
        var response = Response(
            fields: [.contentType: "application/x-tar", .eTag: etag, .cacheControl: "no-cache"])
        response.fields[.contentDisposition] = "attachment; filename=\"\(job.id).tar\""
        // While a job goes on its result grows, and bytes of one moment do not follow on those of another.
        response.fields[.acceptRanges] = job.hasEnded ? "bytes" : "none"
        // RFC 9110 section 14.2: a range is asked for by GET alone.
        let takesRange = job.hasEnded && head.method == .get
        switch takesRange ? ByteRange(head.fields, length: archive.length, etag: etag) : .whole {
        case .whole:
            response.body = .stream(stream(archive, range: nil, length: archive.length, head))
        case .part(let bytes):
            response.status = .partialContent
            response.fields[.contentRange] = "bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)/\(archive.length)"
            response.body = .stream(stream(archive, range: bytes, length: bytes.count, head))
        case .unsatisfiable:
            throw Problem(
                .rangeNotSatisfiable, "The result has \(archive.length) bytes.",
                fields: [.contentRange: "bytes */\(archive.length)"])
        }
        return response
    }

    private func coco(_ job: JobRecord, _ range: JobResultRange, _ head: RequestHead) -> Response {
        let etag = "\"\(job.id)-\(job.revision)-\(range.after)-coco2\""
        if let known = unchanged(etag, head) { return known }
        var response = Response(
            fields: [.contentType: "application/json", .eTag: etag, .cacheControl: "no-cache"],
            stream: stream(COCOResults(range: range, store: service.store), range: nil, length: nil, head))
        response.fields[.contentDisposition] = "attachment; filename=\"\(job.id).json\""
        return response
    }

    /// A 304 where the client has this result; nil where it does not.
    private func unchanged(_ etag: String, _ head: RequestHead) -> Response? {
        guard EntityTag.isKnown(etag, to: head.fields) else { return nil }
        return Response(.notModified, fields: [.eTag: etag, .cacheControl: "no-cache"])
    }

    private func stream(
        _ parts: any ResultParts, range: Range<Int>?, length: Int?, _ head: RequestHead
    ) -> BodyStream {
        BodyStream(
            length: length,
            source: ResultSource(
                parts, range: range, pool: service.reads, client: ClientKey(head.client), logger: service.logger))
    }
}
