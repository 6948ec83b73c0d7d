import Engine
import Store

/// What is odd about an image that was accepted, or about its labels.
struct WarningDocument: Encodable {
    let code: String
    let detail: String

    /// - Parameter aboutImage: only those about the image's file, or only the others; nil takes all.
    /// - Returns: nil where there are none: a member that says nothing is left out.
    static func list(_ records: [WarningRecord], aboutImage: Bool? = nil) -> [WarningDocument]? {
        let chosen = records.filter { record in
            guard let aboutImage else { return true }
            return (Warning(record)?.code.isAboutImage ?? false) == aboutImage
        }
        return chosen.isEmpty ? nil : chosen.map { WarningDocument(code: $0.code, detail: $0.detail) }
    }
}

extension Warning {
    /// nil of a code that this program does not know.
    init?(_ record: WarningRecord) {
        guard let code = Code(rawValue: record.code) else { return nil }
        self.init(code, record.detail)
    }
}
