import Engine
import Foundation
import HTTPTypes
import Store

/// `/v1/jobs`: data sets to be labelled.
struct JobRoutes: Sendable {
    let service: JobService

    /// Seconds after which a client may ask how a new job goes.
    private static let retryAfter = 2
    private static let maximumKeyBytes = 255
    private static let pageSizes = 1...1000
    private static let defaultPageSize = 100

    func add(to router: inout Router) {
        router.on(
            .post, "/v1/jobs", mediaTypes: [JobRequest.json, JobRequest.lines], tellsTypeByBytes: true,
            maximumBodyBytes: service.limits.maximumJobBytes,
            oversizeAdvice: "send the job as \(JobRequest.lines), an item per line, which may be larger",
            intake: intake, handler: post)
        router.on(.get, "/v1/jobs", handler: list)
        router.on(.get, "/v1/jobs/{id}") { request, parameters, reply in
            try RequestQuery.requireNone(request)
            let id = try jobID(parameters)
            read(request, reply) { try .json(service.document(try find(id, for: request.head.client))) }
        }
        router.on(.get, "/v1/jobs/{id}/items", handler: items)
        router.on(.get, "/v1/jobs/{id}/events", handler: events)
        router.on(.delete, "/v1/jobs/{id}", handler: delete)
        for command in [JobCommand.pause, .resume, .retry] {
            router.on(.post, "/v1/jobs/{id}/\(command.rawValue)") { request, parameters, reply in
                let id = try jobID(parameters)
                write(request, reply) {
                    try .json(service.document(try service.run(command, on: id, for: request.head.client.tenant)))
                }
            }
        }
        JobResultRoutes(service: service, jobs: self).add(to: &router)
    }

    /// NDJSON is read as it arrives.
    private func intake(_ head: RequestHead) -> (intake: BodyIntake, maximumBytes: Int)? {
        guard MediaType(head.fields[.contentType] ?? "")?.essence == JobRequest.lines else { return nil }
        let lines = JobLines(
            limits: service.limits, begin: service.planner(for: head.client))
        let sink = JobIntake(
            lines, pool: service.lines, client: head.client, refusesEarly: head.fields[.idempotencyKey] == nil,
            logger: service.logger)
        return (BodyIntake(sink), service.limits.maximumJobLinesBytes)
    }

    private func post(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        guard request.head.framing != .none || request.head.fields[.contentType] != nil else {
            throw Problem(.badRequest, "The request has no body; send the job as JSON.")
        }
        let owner = request.head.client.token ?? ""
        let key = try idempotencyKey(request)
        let release = try service.hold(key, of: owner)
        let answer: Router.Reply = { response in
            release()
            reply(response)
        }
        perform(on: service.submissions, for: request.head.client, answer) {
            let read = received(request)
            guard let digest = read.digest else { throw Problem(.internalServerError) }
            let key = key.map { SubmissionKey(owner: owner, key: $0, body: digest) }
            // Looked up first: a job that was taken in once is not checked by today's rules again.
            if let key, let earlier = try service.store.submission(key) {
                guard case .repeated(let job) = earlier else { throw JobService.keyReused }
                return answer(try accepted(job, isRepeated: true))
            }
            let plan = try read.plan()
            let (job, isRepeated) = try service.submit(try plan.job(), of: plan.served, key: key)
            answer(try accepted(job, isRepeated: isRepeated, warnings: isRepeated ? [] : plan.warnings))
            if !isRepeated { service.finishFromCache(job, for: request.head.client) }
        }
    }

    private func received(_ request: Request) -> ReadJob {
        if let intake = request.intake?.sink as? JobIntake { return intake.finish() }
        let begin = service.planner(for: request.head.client)
        let isJSON = MediaType(request.head.fields[.contentType] ?? "")?.essence == JobRequest.json
        guard !isJSON, JobRequest.hasLines(request.body) else {
            return ReadJob(json: request.body, limits: service.limits, begin: begin)
        }
        var lines = JobLines(limits: service.limits, begin: begin)
        lines.take(request.body)
        return lines.finish()
    }

    private func accepted(_ job: JobRecord, isRepeated: Bool, warnings: [String] = []) throws -> Response {
        var document = service.document(job)
        document.missing = try service.store.missingImages(of: job.id, for: .everybody)?.map(\.rawValue) ?? []
        if !warnings.isEmpty { document.warnings = warnings }
        var response = try Response.json(document, .accepted)
        response.fields[.location] = JobDocument.path(job.id)
        response.fields[.retryAfter] = String(JobRoutes.retryAfter)
        if isRepeated { response.fields[.idempotentReplayed] = "true" }
        return response
    }

    private func idempotencyKey(_ request: Request) throws -> String? {
        let keys = request.head.fields[values: .idempotencyKey]
        guard let key = keys.first else { return nil }
        guard keys.count == 1, !key.isEmpty, key.utf8.count <= JobRoutes.maximumKeyBytes else {
            throw Problem(
                .badRequest, "The Idempotency-Key must be one value of 1 to \(JobRoutes.maximumKeyBytes) bytes.",
                errors: [.init(field: "Idempotency-Key", detail: "is empty, too long or given twice")])
        }
        return key
    }

    private func list(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        struct Page: Encodable {
            let jobs: [JobDocument]
            let nextCursor: String?
        }
        let query = try RequestQuery(request, known: ["limit", "cursor"])
        let limit = try query.limit(JobRoutes.pageSizes, default: JobRoutes.defaultPageSize)
        let before = try query.text("cursor").map { text in
            guard let id = JobID(rawValue: text) else { throw query.invalid("cursor", "is not one of this list") }
            return id
        }
        read(request, reply) {
            let jobs = try service.store.jobs(before: before, limit: limit + 1, for: request.head.client.tenant)
            let page = jobs.prefix(limit)
            return try .json(
                Page(
                    jobs: page.map(service.document), nextCursor: jobs.count > limit ? page.last?.id.rawValue : nil))
        }
    }

    private func items(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        struct Page: Encodable {
            let items: [JobItemDocument]
            let cursor: String
            let nextCursor: String?
        }
        let id = try jobID(parameters)
        let query = try RequestQuery(request, known: ["state", "warning", "limit", "cursor"])
        let limit = try query.limit(JobRoutes.pageSizes, default: JobRoutes.defaultPageSize)
        let selection = try query.selection()
        let warning = try query.warning()
        let after = try query.cursor()
        read(request, reply) {
            let found = try service.store.jobItems(
                of: id, selection, warning: warning, after: after, limit: limit + 1,
                for: request.head.client.tenant)
            guard let items = found else { throw JobService.unknownJob }
            let page = items.prefix(limit)
            let cursor = page.last.map { String(selection.place(of: $0)) } ?? String(after)
            return try .json(
                Page(
                    items: page.map(JobItemDocument.init), cursor: cursor,
                    nextCursor: items.count > limit ? cursor : nil))
        }
    }

    private func events(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        try RequestQuery.requireNone(request)
        let id = try jobID(parameters)
        let last = request.head.fields[.lastEventID].flatMap { Int($0) } ?? -1
        read(request, reply) {
            _ = try find(id, for: request.head.client)
            return Response(
                fields: [.contentType: "text/event-stream", .cacheControl: "no-store"],
                stream: BodyStream(
                    length: nil, isEndless: true,
                    source: JobEventStream(id, after: last, client: request.head.client, service: service)))
        }
    }

    private func delete(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        let id = try jobID(parameters)
        let query = try RequestQuery(request, known: ["purge"])
        let purges = try query.flag("purge")
        let client = request.head.client
        write(request, reply) {
            guard purges else {
                return try .json(service.document(try service.run(.cancel, on: id, for: client.tenant)))
            }
            try service.purge(id, for: client)
            return Response(.noContent)
        }
    }

    // MARK: - Common to all routes of jobs

    func jobID(_ parameters: PathParameters) throws -> JobID {
        guard let id = JobID(rawValue: parameters["id"] ?? "") else {
            throw Problem(.notFound, "A job's id is 32 lower-case hex digits.")
        }
        return id
    }

    func find(_ id: JobID, for client: ClientIdentity) throws -> JobRecord {
        guard let job = try service.store.job(id, for: client.tenant) else { throw JobService.unknownJob }
        return job
    }

    /// Answers from the threads that read the store.
    func read(
        _ request: Request, _ reply: @escaping Router.Reply, _ work: @escaping @Sendable () throws -> Response
    ) {
        perform(on: service.reads, for: request.head.client, reply) { reply(try work()) }
    }

    /// Answers from the threads that write.
    func write(
        _ request: Request, _ reply: @escaping Router.Reply, _ work: @escaping @Sendable () throws -> Response
    ) {
        perform(on: service.writes, for: request.head.client, reply) { reply(try work()) }
    }

    /// Queues `work`, which answers; whatever it throws, and a full queue, becomes an answer too.
    func perform(
        on pool: WorkerPool, for client: ClientIdentity, _ reply: @escaping Router.Reply,
        _ work: @escaping @Sendable () throws -> Void
    ) {
        pool.perform(
            for: client, onFailure: { [logger = service.logger] in reply(Response(logging: $0, to: logger)) }, work)
    }
}
