import Foundation
import HTTPTypes
import Testing

@testable import Server

/// A source that is only an identity: the tests feed the chunks themselves.
private struct NoSource: BodySource {
    func next(_ deliver: @escaping @Sendable (BodyChunk) -> Void) {}
    func finish() {}
}

private struct Exchanged {
    var state: ConnectionState
    let now = ContinuousClock.now
    let stream: BodyStream
    var begin: [ConnectionState.Action] = []

    init(_ request: String, length: Int?) {
        stream = BodyStream(length: length, source: NoSource())
        let context = ConnectionContext(
            limits: ServerLimits(), peer: nil, date: { "DATE" }, makeRequestID: { "ID" })
        state = ConnectionState(context: context, now: now)
        let received = Array(request.utf8).withUnsafeBytes { state.received($0, now: now) }
        if case .admit(let head)? = received.last {
            _ = state.admitted(head, .accept(maximumBodyBytes: 0), now: now)
        }
        begin = state.replied(Response(stream: stream), now: now)
    }

    mutating func chunk(_ text: String) -> [ConnectionState.Action] {
        state.streamed(.bytes(Data(text.utf8)), now: now)
    }
}

private let get11 = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

private func sent(_ actions: [ConnectionState.Action]) -> String {
    actions.map { if case .send(let data) = $0 { String(decoding: data, as: UTF8.self) } else { "" } }.joined()
}

@Test func streamOfUnknownLength_isChunkedAndPulledOnlyWhenFlushed() {
    var exchange = Exchanged(get11, length: nil)
    #expect(sent(exchange.begin).contains("Transfer-Encoding: chunked\r\n"))
    #expect(exchange.state.flushed(now: exchange.now) == [.pull(exchange.stream)])
    // While a chunk is awaited nothing is the client's fault.
    #expect(exchange.state.deadline == nil)
    #expect(exchange.chunk("hello world!!!!!") == [.send(Data("10\r\nhello world!!!!!\r\n".utf8))])
    #expect(exchange.state.flushed(now: exchange.now) == [.pull(exchange.stream)])
    #expect(exchange.chunk("") == [.pull(exchange.stream)])
    #expect(
        exchange.state.streamed(.end, now: exchange.now)
            == [.finish(exchange.stream), .send(Data("0\r\n\r\n".utf8))])
    #expect(exchange.state.flushed(now: exchange.now).count == 1)
    #expect(exchange.state.phase == .head)
}

@Test func streamOfKnownLength_endsWithItsLastByte() {
    var exchange = Exchanged(get11, length: 5)
    #expect(sent(exchange.begin).contains("Content-Length: 5\r\n"))
    _ = exchange.state.flushed(now: exchange.now)
    #expect(exchange.chunk("abc") == [.send(Data("abc".utf8))])
    _ = exchange.state.flushed(now: exchange.now)
    #expect(exchange.chunk("de") == [.finish(exchange.stream), .send(Data("de".utf8))])
    #expect(exchange.state.flushed(now: exchange.now).count == 1)
}

@Test func streamThatBreaksItsLength_resetsTheConnection() {
    var long = Exchanged(get11, length: 2)
    _ = long.state.flushed(now: long.now)
    #expect(long.chunk("abc").last == .abort)

    var short = Exchanged(get11, length: 2)
    _ = short.state.flushed(now: short.now)
    #expect(short.state.streamed(.end, now: short.now).last == .abort)

    var failed = Exchanged(get11, length: nil)
    _ = failed.state.flushed(now: failed.now)
    let actions = failed.state.streamed(.failed, now: failed.now)
    #expect(actions.first == .finish(failed.stream))
    #expect(actions.last == .abort)
}

@Test func streamToA10Client_endsByClosing() {
    var exchange = Exchanged("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", length: nil)
    #expect(sent(exchange.begin).contains("Connection: close\r\n"))
    #expect(!sent(exchange.begin).contains("chunked"))
    _ = exchange.state.flushed(now: exchange.now)
    #expect(exchange.chunk("abc") == [.send(Data("abc".utf8))])
    _ = exchange.state.flushed(now: exchange.now)
    #expect(exchange.state.streamed(.end, now: exchange.now).last == .closeWrite)
}

@Test func headOfAStream_releasesItUnread() {
    let exchange = Exchanged("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", length: 7)
    #expect(exchange.begin.first == .finish(exchange.stream))
    #expect(sent(exchange.begin).contains("Content-Length: 7\r\n"))
}

@Test func brokenConnection_releasesTheStream() {
    var exchange = Exchanged(get11, length: nil)
    let actions = exchange.state.failed(now: exchange.now)
    #expect(actions.first == .finish(exchange.stream))
    #expect(actions.last == .close)
    #expect(exchange.chunk("late") == [])
}

@Test func replyAfterTheConnectionHasGone_releasesItsStream() {
    let context = ConnectionContext(limits: ServerLimits(), peer: nil, date: { "" }, makeRequestID: { "" })
    var state = ConnectionState(context: context, now: .now)
    _ = state.failed(now: .now)
    let stream = BodyStream(length: nil, source: NoSource())
    #expect(state.replied(Response(stream: stream), now: .now) == [.finish(stream)])
}
