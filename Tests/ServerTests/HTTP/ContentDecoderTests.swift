import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import Server

/// Compressed bodies, by themselves and in a connection's state.
@Suite struct ContentDecoderTests {
    private let text = Data((0..<5000).map { "line \($0)\n" }.joined().utf8)

    private static func coding(_ compressed: Compressed) -> ContentCoding {
        compressed == .gzip ? .gzip : .deflate
    }

    /// The body of which these are the bytes, in pieces of that size.
    private func decode(
        _ encoded: Data, _ coding: ContentCoding, pieces size: Int = .max, maximumBytes: Int = 1 << 30
    ) throws -> Data {
        let decoder = ContentDecoder(coding, maximumBytes: maximumBytes)
        var body = Data()
        var rest = encoded
        while !rest.isEmpty {
            try decoder.decode(rest.prefix(size), into: &body)
            while decoder.hasMore { try decoder.decode(Data(), into: &body) }
            rest = rest.dropFirst(size)
        }
        try decoder.finish()
        return body
    }

    private func refusal(_ encoded: Data, _ coding: ContentCoding, maximumBytes: Int = 1 << 30) -> Rejection? {
        do {
            _ = try decode(encoded, coding, maximumBytes: maximumBytes)
            return nil
        } catch { return error as? Rejection }
    }

    @Test(arguments: Compressed.allCases, [1, 2, 7, 1000, Int.max])
    func body_isTheSameHoweverItIsCut(_ compressed: Compressed, _ size: Int) throws {
        #expect(try decode(compressed(text), Self.coding(compressed), pieces: size) == text)
        #expect(try decode(compressed(Data()), Self.coding(compressed), pieces: size).isEmpty)
    }

    @Test func membersOfGzip_mayFollowEachOther() throws {
        #expect(try decode(Compressed.gzip(text) + Compressed.gzip(Data("end".utf8)), .gzip) == text + Data("end".utf8))
    }

    @Test(arguments: Compressed.allCases)
    func truncatedDamagedOrLongerData_isRefused(_ compressed: Compressed) throws {
        let whole = compressed(text)
        let coding = Self.coding(compressed)
        for length in [1, 2, 3, 10, whole.count / 2, whole.count - 1] {
            #expect(refusal(whole.prefix(length), coding)?.detail.contains("ends in the middle") == true, "\(length)")
        }
        #expect(refusal(whole + Data("x".utf8), coding)?.detail.contains("follow the end") == true)
        #expect(refusal(Data("no such data, plain text".utf8), coding)?.status == .badRequest)
        guard compressed != .deflateAlone else { return }
        var damaged = whole
        damaged[damaged.count - 6] ^= 1
        #expect(refusal(damaged, coding)?.status == .badRequest)
    }

    @Test(arguments: Compressed.allCases)
    func decodedSize_isWhatTheLimitIsOf(_ compressed: Compressed) throws {
        let coding = Self.coding(compressed)
        #expect(try decode(compressed(text), coding, maximumBytes: text.count) == text)
        #expect(refusal(compressed(text), coding, maximumBytes: text.count - 1)?.status == .contentTooLarge)
    }

    /// A thousand times what was sent: nothing beyond the limit is ever there.
    @Test func bomb_isRefusedAtItsLimit_aTurnAtATime() throws {
        let bomb = Compressed.gzip(Data(count: 64 << 20))
        let decoder = ContentDecoder(.gzip, maximumBytes: 8 << 20)
        var body = Data()
        var turns = 1
        #expect(throws: Rejection.self) {
            try decoder.decode(bomb, into: &body)
            while decoder.hasMore {
                turns += 1
                try decoder.decode(Data(), into: &body)
            }
        }
        #expect(body.count <= 8 << 20 && turns >= 8)
    }

    @Test func codings_areKnownByTheirNames() throws {
        func coding(_ fields: HTTPFields) throws -> ContentCoding? { try ContentCoding.of(fields) }
        #expect(try coding([:]) == nil)
        #expect(try coding([.contentEncoding: "identity"]) == nil)
        #expect(try coding([.contentEncoding: " GZip "]) == .gzip)
        #expect(try coding([.contentEncoding: "x-gzip"]) == .gzip)
        #expect(try coding([.contentEncoding: "deflate"]) == .deflate)
        for other in ["br", "zstd", "gzip, gzip", "compress", String(repeating: "a", count: 5000)] {
            let problem = #expect(throws: Problem.self) { try coding([.contentEncoding: other]) }
            #expect(problem?.status == .unsupportedMediaType)
            #expect(problem?.fields[.acceptEncoding] == "gzip, deflate")
            #expect((problem?.detail?.utf8.count ?? 0) < 200)
        }
    }

    // MARK: - In a connection

    private let now = ContinuousClock.now

    private func machine(_ encoded: Data, maximumBytes: Int) -> (ConnectionState, [ConnectionState.Action]) {
        let context = ConnectionContext(limits: ServerLimits(), peer: nil, date: { "DATE" }, makeRequestID: { "ID" })
        var state = ConnectionState(context: context, now: now)
        let text =
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: \(encoded.count)\r\n\r\n"
        guard case .admit(let head)? = receive(Data(text.utf8), &state).last else { return (state, []) }
        var actions = state.admitted(head, .accept(maximumBodyBytes: maximumBytes), now: now)
        actions += receive(encoded, &state)
        return (state, actions)
    }

    private func receive(_ bytes: Data, _ state: inout ConnectionState) -> [ConnectionState.Action] {
        bytes.withUnsafeBytes { state.received($0, now: now) }
    }

    @Test func largeBody_isDecodedByTurns_inWhichNothingIsReadAndItCountsAsHeld() throws {
        let whole = Data(count: 3 * ContentDecoder.stepBytes + 5)
        var (state, actions) = machine(Compressed.gzip(whole), maximumBytes: whole.count)
        var turns = 0
        while actions == [.resumeBody] {
            turns += 1
            #expect(state.readAllowance == 0 && state.deadline == nil && state.isReceivingBody)
            #expect(state.heldBodyBytes >= turns * ContentDecoder.stepBytes)
            actions = state.resumed(now: now)
        }
        guard case .respond(let request)? = actions.last else {
            Issue.record("the request is not answered: \(actions)")
            return
        }
        #expect(turns == 3 && request.body == whole)
    }

    @Test func bodyThatIsGivenUpBetweenTurns_isNotResumed() {
        var (state, actions) = machine(Compressed.gzip(Data(count: 9 << 20)), maximumBytes: 9 << 20)
        #expect(actions == [.resumeBody])
        #expect(!state.evicted(.unavailable("full", retryAfter: 1), now: now).isEmpty)
        #expect(state.resumed(now: now).isEmpty && state.heldBodyBytes == 0)
    }
}
