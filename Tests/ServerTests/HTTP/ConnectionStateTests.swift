import Foundation
import HTTPTypes
import Testing

@testable import Server

/// A connection's state machine with a clock the test moves.
private struct Machine {
    typealias Action = ConnectionState.Action

    var now = ContinuousClock.now
    var state: ConnectionState

    init(limits: ServerLimits = ServerLimits()) {
        let context = ConnectionContext(limits: limits, peer: nil, date: { "DATE" }, makeRequestID: { "ID" })
        state = ConnectionState(context: context, now: now)
    }

    mutating func receive(_ text: String) -> [Action] {
        Array(text.utf8).withUnsafeBytes { state.received($0, now: now) }
    }

    /// Feeds a request and accepts it; returns what follows the admission.
    mutating func request(_ text: String, maximumBodyBytes: Int = 100) -> [Action] {
        guard case .admit(let head)? = receive(text).last else { return [] }
        return state.admitted(head, .accept(maximumBodyBytes: maximumBodyBytes), now: now)
    }

    /// Feeds a request and refuses it once its body is there.
    mutating func refuseLater(_ text: String, _ response: Response) -> [Action] {
        guard case .admit(let head)? = receive(text).last else { return [] }
        return state.admitted(head, .refuse(response), now: now)
    }

    /// Feeds a request's head and refuses it.
    mutating func refuse(_ text: String, _ response: Response) -> [Action] {
        guard case .admit(let head)? = receive(text).last else { return [] }
        return state.admitted(head, .reject(response), now: now)
    }

    mutating func reply(_ text: String) -> [Action] {
        state.replied(Response(.ok, "text/plain", Data(text.utf8)), now: now)
    }

    mutating func wait(_ duration: Duration) -> [Action] {
        now += duration
        return state.timerFired(now: now)
    }

    mutating func flush() -> [Action] { state.flushed(now: now) }
}

private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

private func text(_ actions: [ConnectionState.Action]) -> String {
    actions.map { action in
        if case .send(let data) = action { String(decoding: data, as: UTF8.self) } else { "" }
    }.joined()
}

private func statusLine(_ actions: [ConnectionState.Action]) -> String {
    String(text(actions).prefix { $0 != "\r\n" })
}

@Test func response_carriesLengthDateAndRequestID() {
    var machine = Machine()
    #expect(machine.request(get).count == 1)
    let expected =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Content-Type-Options: nosniff\r\n"
        + "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nReferrer-Policy: no-referrer\r\n"
        + "Cache-Control: no-store\r\nDate: DATE\r\nX-Request-Id: ID\r\n"
        + "Content-Length: 2\r\n\r\nhi"
    #expect(text(machine.reply("hi")) == expected)
}

@Test func pipelinedRequests_areAnsweredOneAfterTheOther() throws {
    var machine = Machine()
    let first = machine.request(get + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
    guard case .respond(let request)? = first.first else {
        Issue.record("the first request is not responded to")
        return
    }
    #expect(request.head.target.path == "/")
    #expect(statusLine(machine.reply("1")) == "HTTP/1.1 200 OK")
    let next = machine.flush()
    #expect(next.count == 2)
    guard case .completed(let exchange)? = next.first, case .admit(let head)? = next.last else {
        Issue.record("the second request is not admitted after the first answer")
        return
    }
    #expect(exchange.isComplete && exchange.status == .ok)
    #expect(head.target.path == "/2")
}

@Test func pipelining_pausesReadingAtItsBound() {
    var limits = ServerLimits()
    limits.pipelinedBytes = 10
    var machine = Machine(limits: limits)
    _ = machine.request(get)
    #expect(machine.state.readAllowance == 10)
    _ = machine.receive("GET /")
    #expect(machine.state.readAllowance == 5)
    _ = machine.receive("23456")
    #expect(machine.state.readAllowance == 0)
}

@Test func expectContinue_isAnsweredBeforeTheBody() {
    var machine = Machine()
    let fields = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    #expect(text(machine.request(fields)) == "HTTP/1.1 100 Continue\r\n\r\n")
    #expect(machine.flush() == [])
    guard case .respond(let request)? = machine.receive("ab").first else {
        Issue.record("the request is not responded to")
        return
    }
    #expect(request.body == Data("ab".utf8))
}

@Test func expectContinue_isSkippedWhenTheBodyIsThere() {
    var machine = Machine()
    let actions = machine.request(
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab")
    #expect(text(actions) == "")
    #expect(actions.count == 1)
}

@Test func rejectionWithABodyOnItsWay_isAnsweredThenDrainedThenClosed() {
    var machine = Machine()
    let actions = machine.refuse(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n", Response(Problem(.notFound)))
    #expect(text(actions).contains("404 Not Found"))
    #expect(text(actions).contains("\r\nConnection: close\r\n"))
    #expect(machine.flush().last == .closeWrite)
    #expect(machine.receive(String(repeating: "x", count: 1000)) == [])
    #expect(machine.state.readAllowance > 0)
    #expect(machine.state.receivedEOF(now: machine.now) == [.close])
}

@Test func rejectionWithoutABody_keepsTheConnection() {
    var machine = Machine()
    let actions = machine.refuse(get, Response(Problem(.notFound)))
    #expect(!text(actions).contains("Connection: close"))
    #expect(machine.flush().count == 1)
    #expect(machine.request(get).count == 1)
}

@Test func bodyOverTheRoutesLimit_is413() {
    var machine = Machine()
    let long = machine.request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n", maximumBodyBytes: 10)
    #expect(statusLine(long) == "HTTP/1.1 413 Content Too Large")
}

@Test func lingering_endsByTimeAndByBytes() {
    var limits = ServerLimits()
    limits.lingerBytes = 10
    var machine = Machine(limits: limits)
    _ = machine.receive("bad\r\n")
    #expect(machine.flush().last == .closeWrite)
    #expect(machine.receive("1234567890") == [])
    #expect(machine.receive("1") == [.close])

    machine = Machine(limits: limits)
    _ = machine.receive("bad\r\n")
    _ = machine.flush()
    #expect(machine.wait(limits.lingerIdleTimeout - .milliseconds(1)) == [])
    #expect(machine.wait(.milliseconds(1)) == [.close])
}

@Test func slowHead_is408_evenWhenBytesKeepComing() {
    var machine = Machine()
    _ = machine.receive("GET / HT")
    machine.now += .seconds(9)
    _ = machine.receive("TP")
    #expect(machine.wait(.milliseconds(999)) == [])
    let actions = machine.wait(.milliseconds(1))
    #expect(statusLine(actions) == "HTTP/1.1 408 Request Timeout")
    #expect(text(actions).contains("Connection: close"))
}

@Test func silentConnection_isClosedWithoutAWord() {
    var machine = Machine()
    #expect(machine.wait(.seconds(10)) == [.close])

    machine = Machine()
    _ = machine.request(get)
    _ = machine.reply("")
    _ = machine.flush()
    #expect(machine.wait(.seconds(59)) == [])
    #expect(machine.wait(.seconds(1)) == [.close])
}

@Test func slowBody_is408_whenIdleAndWhenBelowTheMinimumRate() {
    let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n"
    var machine = Machine()
    _ = machine.request(post, maximumBodyBytes: 100_000)
    #expect(machine.wait(.seconds(9)) == [])
    #expect(statusLine(machine.wait(.seconds(1))) == "HTTP/1.1 408 Request Timeout")

    // At 1024 bytes per second the first ten seconds need 10240.
    for (bytes, isEnough) in [(10239, false), (10240, true)] {
        machine = Machine()
        _ = machine.request(post, maximumBodyBytes: 100_000)
        machine.now += .seconds(5)
        _ = machine.receive(String(repeating: "x", count: bytes - 1))
        machine.now += .seconds(4)
        _ = machine.receive("x")
        #expect(machine.wait(.milliseconds(999)) == [])
        #expect(machine.wait(.milliseconds(1)).isEmpty == isEnough)
    }
}

/// Bytes that came quickly are no credit for bytes that come slowly.
@Test func bodyThatTricklesAfterAFastStart_is408_withinTwoWindows() {
    var machine = Machine()
    _ = machine.request(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(128 << 20)\r\n\r\n", maximumBodyBytes: 128 << 20)
    let mebibyte = String(repeating: "x", count: 1 << 20)
    for _ in 0..<127 { _ = machine.receive(mebibyte) }
    var seconds = 0
    var answer = ""
    while answer.isEmpty && seconds < 100 {
        answer = statusLine(machine.wait(.seconds(8)))
        seconds += 8
        if answer.isEmpty { _ = machine.receive("x") }
    }
    #expect(answer == "HTTP/1.1 408 Request Timeout")
    #expect(seconds <= 20)
    #expect(machine.state.heldBodyBytes == 0)
}

@Test func wholeBody_hasATimeToo() {
    var limits = ServerLimits()
    limits.bodyTimeout = .seconds(60)
    var machine = Machine(limits: limits)
    _ = machine.request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n", maximumBodyBytes: 1 << 30)
    for _ in 0..<59 {
        #expect(machine.wait(.seconds(1)) == [])
        _ = machine.receive(String(repeating: "x", count: 2000))
    }
    #expect(statusLine(machine.wait(.seconds(1))) == "HTTP/1.1 408 Request Timeout")
}

@Test func stuckReader_isCutAfterTheWriteTimeout() {
    var machine = Machine()
    _ = machine.request(get)
    _ = machine.reply("x")
    machine.now += .seconds(29)
    machine.state.wrote(1, now: machine.now)
    #expect(machine.wait(.seconds(29)) == [])
    let actions = machine.wait(.seconds(1))
    #expect(actions.last == .close)
    guard case .completed(let exchange)? = actions.first else {
        Issue.record("the broken exchange is not reported")
        return
    }
    #expect(!exchange.isComplete)
}

@Test func readerThatTricklesItsAnswer_isCutAfterAWindow() {
    var machine = Machine()
    _ = machine.request(get)
    _ = machine.reply("x")
    // What the kernel took at once is no credit.
    machine.state.wrote(4 << 20, now: machine.now)
    machine.now += .seconds(29)
    machine.state.wrote(1, now: machine.now)
    #expect(machine.wait(.seconds(1)).last == .close)

    // One that keeps the rate up may take as long as it takes.
    machine = Machine()
    _ = machine.request(get)
    _ = machine.reply("x")
    machine.state.wrote(0, now: machine.now)
    for _ in 0..<1000 {
        #expect(machine.wait(.seconds(1)) == [])
        machine.state.wrote(1100, now: machine.now)
    }
}

@Test func waitingForTheResponder_hasNoDeadline() {
    var machine = Machine()
    _ = machine.request(get)
    #expect(machine.state.deadline == nil)
}

@Test func endOfInput_isAnsweredByPhase() {
    var machine = Machine()
    #expect(machine.state.receivedEOF(now: machine.now) == [.close])

    machine = Machine()
    _ = machine.receive("GET /")
    #expect(statusLine(machine.state.receivedEOF(now: machine.now)) == "HTTP/1.1 400 Bad Request")
    #expect(machine.flush().last == .close)

    machine = Machine()
    _ = machine.request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
    #expect(statusLine(machine.state.receivedEOF(now: machine.now)) == "HTTP/1.1 400 Bad Request")

    // A client that has only shut its write side still gets its answer.
    machine = Machine()
    _ = machine.request(get)
    #expect(machine.state.receivedEOF(now: machine.now) == [])
    #expect(machine.state.readAllowance == 0)
    #expect(statusLine(machine.reply("x")) == "HTTP/1.1 200 OK")
    #expect(machine.flush().last == .close)
}

@Test func draining_closesIdleConnectionsAndFinishesOthers() {
    var machine = Machine()
    #expect(machine.state.drain(now: machine.now) == [.close])

    machine = Machine()
    _ = machine.request(get + get)
    #expect(machine.state.drain(now: machine.now) == [])
    #expect(text(machine.reply("x")).contains("Connection: close"))
    #expect(machine.flush().last == .closeWrite)
}

@Test func headRequest_hasGETsFieldsAndNoBody() {
    var machine = Machine()
    _ = machine.request("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
    let answer = text(machine.reply("hello"))
    #expect(answer.contains("Content-Length: 5\r\n"))
    #expect(answer.hasSuffix("\r\n\r\n"))
}

@Test func http10_keepsAliveOnlyWhenAsked() {
    var machine = Machine()
    _ = machine.request("GET / HTTP/1.0\r\n\r\n")
    #expect(text(machine.reply("x")).contains("Connection: close"))

    machine = Machine()
    _ = machine.request("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    #expect(text(machine.reply("x")).contains("Connection: keep-alive"))
    #expect(machine.flush().count == 1)
}

@Test func parserRejection_isAProblemDocumentWithRequestID() throws {
    var machine = Machine()
    let answer = text(machine.receive("GET / HTTP/2.0\r\n"))
    #expect(answer.contains("Content-Type: application/problem+json\r\n"))
    let body = try #require(answer.components(separatedBy: "\r\n\r\n").last)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    #expect(json["status"] as? Int == 505)
    #expect(json["title"] as? String == "HTTP Version Not Supported")
    #expect(json["type"] as? String == "about:blank")
    #expect(json["request_id"] as? String == "ID")
}

@Test func eviction_isAnsweredWithRetryAfter_andFreesTheBody() {
    var machine = Machine()
    _ = machine.request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nab")
    #expect(machine.state.heldBodyBytes == 2)
    let answer = text(machine.state.evicted(.unavailable("", retryAfter: 1), now: machine.now))
    #expect(answer.contains("503 Service Unavailable"))
    #expect(answer.contains("Retry-After: 1\r\n"))
    #expect(machine.state.heldBodyBytes == 0)
}

@Test func eviction_comesTooLateForACompleteBody() {
    var machine = Machine()
    _ = machine.request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
    #expect(machine.state.evicted(.unavailable("", retryAfter: 1), now: machine.now) == [])
    #expect(machine.state.heldBodyBytes == 2)
}

@Test func revocation_cutsWhatIsSent_refusesWhatIsReceivedOrWorkedOn_andLeavesTheRest() {
    let problem = Problem(.unauthorized)
    var machine = Machine()
    #expect(machine.state.revoked(problem, now: machine.now) == [])

    _ = machine.request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nab")
    #expect(statusLine(machine.state.revoked(problem, now: machine.now)) == "HTTP/1.1 401 Unauthorized")

    machine = Machine()
    _ = machine.request(get)
    #expect(text(machine.state.revoked(problem, now: machine.now)).contains("Connection: close"))
    // The answer that comes then goes nowhere.
    #expect(machine.reply("late") == [])

    machine = Machine()
    _ = machine.request(get)
    _ = machine.reply("x")
    #expect(machine.state.revoked(problem, now: machine.now).last == .abort)
}

@Test func refusedBody_thatIsShort_isDroppedBeforeTheAnswer_andTheConnectionStays() {
    let head = "POST / HTTP/1.1\r\nHost: a\r\n"
    for (body, rest) in [
        ("Content-Length: 5\r\n\r\nab", "cde"),
        ("Transfer-Encoding: chunked\r\n\r\n5\r\nab", "cde\r\n0\r\n\r\n"),
    ] {
        var machine = Machine()
        #expect(machine.refuseLater(head + body, Response(.unsupportedMediaType)).isEmpty)
        #expect(machine.state.heldBodyBytes == 0)
        let answer = text(machine.receive(rest + get))
        #expect(answer.hasPrefix("HTTP/1.1 415") && !answer.contains("Connection: close"))
        #expect(machine.flush().contains { if case .admit = $0 { true } else { false } })
    }
}

@Test func refusedBody_thatIsLongOrWaitsForAWord_isAnsweredAtOnce_andTheConnectionCloses() {
    var limits = ServerLimits()
    limits.droppedBodyBytes = 4
    let head = "POST / HTTP/1.1\r\nHost: a\r\n"
    for rest in [
        "Content-Length: 5\r\n\r\n", "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n9\r\nabcde",
    ] {
        var machine = Machine(limits: limits)
        let answer = text(machine.refuseLater(head + rest, Response(.unsupportedMediaType)))
        #expect(answer.hasPrefix("HTTP/1.1 415") && answer.contains("Connection: close"), "\(rest)")
    }
}
