import Foundation

/// What is odd about an image that was accepted, or about its mask.
public struct WarningRecord: Codable, Hashable, Sendable {
    /// By which programs tell warnings apart.
    public let code: String
    /// A sentence for people.
    public let detail: String

    public init(code: String, detail: String) {
        self.code = code
        self.detail = detail
    }
}

extension [WarningRecord] {
    /// As a column holds them: JSON, nil of none.
    var column: String? {
        get throws {
            if isEmpty { return nil }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// - Parameter column: what a column holds; nil also in rows from before there were warnings.
    init(column: String?) throws {
        self = try column.map { try JSONDecoder().decode(Self.self, from: Data($0.utf8)) } ?? []
    }
}

/// Which items of a job are asked for, by what was odd about them.
public enum WarningFilter: Hashable, Sendable {
    case any
    /// With a warning of this code.
    case code(String)
}
