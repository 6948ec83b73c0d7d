import Store

/// The query of a request about jobs: known names, each at most once.
struct JobQuery {
    private let values: [String: String]

    init(_ request: Request, known: [String]) throws {
        var values: [String: String] = [:]
        for item in request.head.target.query {
            guard known.contains(item.name) else {
                throw MaskRequest.invalid(
                    item.name,
                    known.isEmpty
                        ? "is not expected; this request takes no query"
                        : "is not known here; known are \(known.joined(separator: ", "))")
            }
            guard values.updateValue(item.value, forKey: item.name) == nil else {
                throw MaskRequest.invalid(item.name, "is given more than once")
            }
        }
        self.values = values
    }

    func invalid(_ name: String, _ reason: String) -> Problem { MaskRequest.invalid(name, reason) }

    func text(_ name: String) -> String? { values[name] }

    func limit(_ range: ClosedRange<Int>, default preset: Int) throws -> Int {
        guard let text = values["limit"] else { return preset }
        guard let limit = Int(text), range.contains(limit) else {
            throw invalid("limit", "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return limit
    }

    /// A place in a list; -1 is before its beginning.
    func cursor() throws -> Int {
        guard let text = values["cursor"] else { return -1 }
        guard let place = Int(text), place >= -1 else {
            throw invalid("cursor", "must be one that an earlier answer gave")
        }
        return place
    }

    func flag(_ name: String) throws -> Bool {
        switch values[name] {
        case nil, "false", "0": false
        case "true", "1": true
        default: throw invalid(name, "must be true or false")
        }
    }

    func selection() throws -> JobItemSelection {
        guard let text = values["state"] else { return .all }
        if text == "finished" { return .ended(JobItemState.ended) }
        guard let state = JobItemState.allCases.first(where: { JobItemDocument.name(of: $0) == text }) else {
            let known = JobItemState.allCases.map(JobItemDocument.name).joined(separator: ", ")
            throw invalid("state", "must be finished or one of \(known)")
        }
        return JobItemState.ended.contains(state) ? .ended([state]) : .inState(state)
    }
}

extension JobItemSelection {
    /// An item's place in the order of the selection.
    func place(of item: JobItemRecord) -> Int {
        switch self {
        case .all, .inState: item.position
        case .ended: item.finished ?? -1
        }
    }
}
