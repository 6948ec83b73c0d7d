import Engine
import Store
import Text

extension RequestQuery {
    /// Which items of a job are asked for.
    func selection() throws -> JobItemSelection {
        guard let text = text("state") else { return .all }
        if text.equalsBytes(of: "finished") { return .ended(JobItemState.ended) }
        guard let state = JobItemState.allCases.first(where: { text.equalsBytes(of: JobItemDocument.name(of: $0)) })
        else {
            let known = JobItemState.allCases.map(JobItemDocument.name).joined(separator: ", ")
            throw invalid("state", "must be finished or one of \(known)")
        }
        return JobItemState.ended.contains(state) ? .ended([state]) : .inState(state)
    }

    /// Only items with what warning; nil where all are asked for.
    func warning() throws -> WarningFilter? {
        guard let text = text("warning") else { return nil }
        if text.equalsBytes(of: "any") { return .any }
        guard let code = Warning.Code(bytes: text) else {
            let known = Warning.Code.allCases.map(\.rawValue).joined(separator: ", ")
            throw invalid("warning", "must be any or one of \(known)")
        }
        return .code(code.rawValue)
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
