import Logging

/// A value of an event as a member of JSON: a number is one for whoever adds them up.
enum LoggedValue: Encodable {
    case text(String)
    case whole(Int)
    case number(Double)
    case truth(Bool)

    init(_ value: Logger.MetadataValue) {
        guard case .stringConvertible(let logged) = value else {
            self = .text(value.description)
            return
        }
        switch logged {
        case let logged as Bool: self = .truth(logged)
        case let logged as Int: self = .whole(logged)
        // JSON has no infinity.
        case let logged as Double where logged.isFinite: self = .number(logged)
        default: self = .text(logged.description)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .whole(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .truth(let value): try container.encode(value)
        }
    }
}
