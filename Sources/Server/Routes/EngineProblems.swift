import Engine
import HTTPTypes
import Logging
import Store
import Text

// Which answer each error of the engine and the store is: the only place that knows.

extension ImageError: ProblemConvertible {
    public var problem: Problem {
        switch self {
        case .empty: Problem(.badRequest, description, errors: [.init(field: "image", detail: description)])
        case .notAnImage, .unsupported: Problem(.unsupportedMediaType, description)
        case .tooManyPixels, .sideTooLong: Problem(.contentTooLarge, description)
        case .corrupt: Problem(.unprocessableContent, description, errors: [.init(field: "image", detail: description)])
        }
    }
}

extension InvalidGroundTruth: ProblemConvertible {
    public var problem: Problem {
        let errors = [Problem.FieldError(field: "ground_truth", detail: description)]
        switch self {
        case .unreadable(.empty): return Problem(.badRequest, description, errors: errors)
        case .unreadable(.notAnImage), .unreadable(.unsupported): return Problem(.unsupportedMediaType, description)
        case .unreadable(.tooManyPixels), .unreadable(.sideTooLong): return Problem(.contentTooLarge, description)
        case .unreadable(.corrupt), .size, .index, .colours, .noClass:
            return Problem(.unprocessableContent, description, errors: errors)
        }
    }
}

extension EngineFailure: ProblemConvertible {
    public var problem: Problem {
        switch self {
        case .died, .hung:
            Problem(.unprocessableContent, description, errors: [.init(field: "image", detail: description)])
        // The reason is the operator's, in the log.
        case .unavailable: .unavailable("The server cannot start its engine; its log has the reason.", retryAfter: 10)
        case .interrupted, .cancelled: .unavailable("The server is stopping.", retryAfter: 5)
        }
    }
}

extension UnknownLabels: ProblemConvertible {
    public var problem: Problem {
        Problem(
            .unprocessableContent, description,
            errors: labels.map { .init(field: "labels", detail: $0.description) })
    }
}

extension LabelList.Fault: ProblemConvertible {
    public var problem: Problem { MaskRequest.invalid("labels", description) }
}

extension InvalidOption: ProblemConvertible {
    public var problem: Problem {
        Problem(.badRequest, description, errors: [.init(field: field, detail: reason)])
    }
}

extension StoreError: ProblemConvertible {
    public var problem: Problem {
        switch self {
        case .diskFull:
            Problem(
                HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"),
                "The server's disk is full; nothing was stored.")
        case .full:
            Problem(HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), description)
        case .recordTooLarge: Problem(.contentTooLarge, description)
        case .closed: .unavailable("The server is stopping.", retryAfter: 5)
        case .locked, .databaseIsNewer, .foreignDatabase, .damaged, .maskDamaged, .unwritable, .invalid, .failed:
            // Paths and causes are the operator's, in the log.
            Problem(.internalServerError, "The server could not use its store; its log has the reason.")
        }
    }
}

extension WorkerPool {
    /// Queues `work`, which answers a client; whatever it throws, and a full queue, is a failure to be answered.
    func perform(
        for client: ClientIdentity, onFailure: @escaping @Sendable (any Error) -> Void,
        _ work: @escaping @Sendable () throws -> Void
    ) {
        let submission = submit(for: ClientKey(client)) {
            do { try work() } catch { onFailure(error) }
        }
        switch submission {
        case .taken: break
        case .full:
            onFailure(
                Problem.unavailable("All \(capacity) places of the queue are taken; try again soon.", retryAfter: 2))
        case .clientFull:
            onFailure(
                Problem(
                    .tooManyRequests,
                    "\(clientCapacity) requests of this client wait already, the most one client may have; "
                        + "try again soon.",
                    fields: [.retryAfter: "2"]))
        }
    }
}

extension Response {
    /// The answer that an error is; what is the server's own fault also goes to the log, with all that is known.
    init(logging error: any Error, to logger: Logger) {
        let problem = Problem(error)
        if problem.status.kind == .serverError && problem.status != .serviceUnavailable { logger.error("\(error)") }
        self.init(problem)
    }
}
