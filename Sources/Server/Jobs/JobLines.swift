import Crypto
import Foundation
import Store

/// A job in NDJSON, read as it arrives: of the text only a line is ever held, of the job only what is stored of it.
struct JobLines {
    /// Room for an item with the most labels that one may have.
    static let maximumLineBytes = 1 << 20

    private let limits: RequestLimits
    private let begin: (JobRequest.Head) -> JobPlan
    private var plan: JobPlan?
    /// The beginning of a line whose end has not come.
    private var rest = Data()
    private var number = 0
    private var hash = SHA256()
    /// What ended the reading; the digest is taken of the whole body all the same.
    private(set) var failure: (any Error)?

    /// What is kept of the body, about.
    var heldBytes: Int { rest.count + (plan?.heldBytes ?? 0) }

    /// - Parameter begin: makes the plan of the head.
    init(limits: RequestLimits, begin: @escaping (JobRequest.Head) -> JobPlan) {
        self.limits = limits
        self.begin = begin
    }

    /// The next bytes of the body.
    mutating func take(_ bytes: Data) {
        hash.update(data: bytes)
        guard failure == nil else { return }
        do {
            try read(bytes)
        } catch {
            failure = error
            rest = Data()
            plan = nil
        }
    }

    /// The body is complete.
    mutating func finish() -> ReadJob {
        if failure == nil {
            do { try line(rest) } catch { failure = error }
        }
        let plan = plan
        let failure = failure
        return ReadJob(digest: hash.finalize().hexDigits) {
            if let failure { throw failure }
            guard let plan else {
                throw Problem(.badRequest, "The body is empty; its first line is the job: {\"name\": …}.")
            }
            return plan
        }
    }

    private mutating func read(_ bytes: Data) throws {
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: ASCII.lineFeed) {
            try checkLength(rest.count + end - start)
            // Most lines lie in the bytes as a whole, and are not copied.
            try line(rest.isEmpty ? bytes[start..<end] : rest + bytes[start..<end])
            rest = Data()
            start = end + 1
        }
        try checkLength(rest.count + bytes.endIndex - start)
        rest += bytes[start...]
    }

    private func checkLength(_ bytes: Int) throws {
        guard bytes <= JobLines.maximumLineBytes else {
            throw Problem(
                .badRequest,
                "The body's line \(number + 1) is longer than \(JobLines.maximumLineBytes) bytes; each item has a line of "
                    + "its own.")
        }
    }

    private mutating func line(_ text: Data) throws {
        number += 1
        if text.allSatisfy({ $0 == ASCII.space || $0 == ASCII.tab || $0 == ASCII.carriageReturn }) { return }
        let place = "line \(number)"
        if plan == nil {
            plan = begin(try JobRequest.decode(text, as: JobRequest.FirstLine.self, limits: limits, at: place).head)
        } else {
            try plan?.add(try JobRequest.decode(text, limits: limits, at: place))
        }
    }
}

/// A job's description that was received as a whole.
struct ReadJob {
    /// SHA-256 of the body.
    let digest: ContentDigest?
    /// - Throws: what is wrong with the description.
    let plan: () throws -> JobPlan

    init(digest: String, plan: @escaping () throws -> JobPlan) {
        self.digest = ContentDigest(rawValue: digest)
        self.plan = plan
    }

    /// A job in one JSON object.
    init(json: Data, limits: RequestLimits, begin: @escaping (JobRequest.Head) -> JobPlan) {
        self.init(digest: SHA256.hash(data: json).hexDigits) {
            let whole = try JobRequest.decode(json, as: JobRequest.Whole.self, limits: limits)
            var plan = begin(whole.head)
            for item in whole.items { try plan.add(item) }
            return plan
        }
    }
}
