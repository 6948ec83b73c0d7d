import Foundation
internal import GRDB

/// A row's columns, one after the other. Throws where one has another type, which `row[column]` would trap on; decoding
/// by `Codable` throws as well, and takes several times as long: too much for the rows that are read most.
struct RowReader {
    private static let decoder = JSONDecoder()

    private let row: Row
    private var position = 0

    init(_ row: Row) {
        self.row = row
    }

    mutating func take<Value: DatabaseValueConvertible>(_ type: Value.Type = Value.self) throws -> Value {
        let value: DatabaseValue = row[position]
        guard let converted = Value.fromDatabaseValue(value) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "column \(position + 1) holds no \(type)"))
        }
        position += 1
        return converted
    }

    /// A column that may hold NULL.
    mutating func takeOptional<Value: DatabaseValueConvertible>(_ type: Value.Type = Value.self) throws -> Value? {
        let value: DatabaseValue = row[position]
        guard value.isNull else { return try take(type) }
        position += 1
        return nil
    }

    mutating func takeJSON<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try RowReader.decoder.decode(type, from: Data(take(String.self).utf8))
    }
}
