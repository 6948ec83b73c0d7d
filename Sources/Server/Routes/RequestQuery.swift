import Text

/// The query of a request: known names, each at most once.
struct RequestQuery {
    private let values: [String: String]

    init(_ request: Request, known: [String]) throws {
        var values: [String: String] = [:]
        for item in request.head.target.query {
            guard item.name.isOne(of: known) else {
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

    /// Refuses a query where none is taken.
    static func requireNone(_ request: Request) throws { _ = try RequestQuery(request, known: []) }

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

    func flag(_ name: String, default preset: Bool = false) throws -> Bool {
        guard let text = values[name] else { return preset }
        if text.isOne(of: ["true", "1"]) { return true }
        guard text.isOne(of: ["false", "0"]) else { throw invalid(name, "must be true or false") }
        return false
    }
}
