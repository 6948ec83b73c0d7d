import Foundation
import TestSupport
import Testing

@testable import Server

private enum Outcome: Equatable {
    /// A complete request with this decoded body; `rest` is what follows it.
    case accepted(body: String, rest: String)
    case rejected(Int)
    case incomplete

    init(_ parsing: HTTPVector.Parsing) {
        if let status = parsing.status {
            self = .rejected(status)
        } else if let body = parsing.body, let rest = parsing.rest {
            self = .accepted(body: body, rest: rest)
        } else {
            self = .incomplete
        }
    }
}

private let table = try? HTTPTable.standard.get()
private let maximumBody = table?.maximumBodyBytes ?? 0
private let vectors = table?.vectors.filter { $0.parser != nil } ?? []

@Test func vectors_areThere() throws {
    #expect(try HTTPTable.standard.get().vectors.count > 200 && vectors.count > 200)
}

/// Reads one request from pieces as a connection would, without the connection.
private func read(_ pieces: [ArraySlice<UInt8>]) -> Outcome {
    let limits = ServerLimits()
    var input = InputBuffer()
    var parser = RequestHeadParser(limits: limits)
    var decoder: BodyDecoder?
    var body = Data()
    var done = false
    do throws(Rejection) {
        for piece in pieces {
            piece.withUnsafeBytes { input.append($0) }
            if done { continue }
            if decoder == nil, let head = try parser.parse(&input) {
                decoder = try BodyDecoder(head.framing, maximumBytes: maximumBody, limits: limits)
            }
            done = try decoder?.decode(&input, into: &body) == .complete
        }
    } catch {
        return .rejected(error.status.code)
    }
    var rest = Data()
    _ = input.take(upTo: .max, into: &rest)
    return done
        ? .accepted(body: String(decoding: body, as: UTF8.self), rest: String(decoding: rest, as: UTF8.self))
        : .incomplete
}

/// Small deterministic generator (xorshift), so that a failing split can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

@Test(arguments: vectors)
func request_isAnsweredAsTheTableSays_whenItArrivesWhole(vector: HTTPVector) throws {
    #expect(try read([vector.bytes[...]]) == Outcome(#require(vector.parser)))
}

@Test(arguments: vectors)
func request_isAnsweredAsTheTableSays_whenItArrivesByteByByte(vector: HTTPVector) throws {
    let bytes = vector.bytes
    #expect(try read(bytes.indices.map { bytes[$0...$0] }) == Outcome(#require(vector.parser)))
}

@Test(arguments: vectors)
func request_isAnsweredAsTheTableSays_whenItArrivesInRandomPieces(vector: HTTPVector) throws {
    var generator = SeededGenerator(state: 0x9E37_79B9_7F4A_7C15)
    let bytes = vector.bytes
    let expected = Outcome(try #require(vector.parser))
    for _ in 0..<20 {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...max(1, min(rest.count, 40)), using: &generator)
            pieces.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        #expect(read(pieces) == expected)
    }
}

@Test func randomBytes_neverTrapTheParser() {
    var generator = SeededGenerator(state: 42)
    for _ in 0..<2000 {
        let seed = vectors.randomElement(using: &generator)?.bytes ?? []
        var bytes = seed
        for _ in 0..<Int.random(in: 1...8, using: &generator) where !bytes.isEmpty {
            bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        let whole = read([bytes[...]])
        let split = Int.random(in: 0...bytes.count, using: &generator)
        #expect(read([bytes[..<split], bytes[split...]]) == whole)
    }
}
