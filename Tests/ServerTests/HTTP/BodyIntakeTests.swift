import Foundation
import HTTPTypes
import Testing

@testable import Server

private final class Sink: BodySink {
    let heldBytes = 7
    func take(_ bytes: Data, done: @escaping @Sendable (Response?) -> Void) {}
    func abandon() {}
}

/// A body that is consumed as it arrives.
@Suite struct BodyIntakeTests {
    private static let batch = BodyIntake.batchBytes
    private let intake = BodyIntake(Sink())
    private let now = ContinuousClock.now

    /// A connection that has accepted a request with a body of so many bytes into the intake.
    private func machine(bodyBytes: Int, maximumBytes: Int = 1 << 30) -> (ConnectionState, [ConnectionState.Action]) {
        let context = ConnectionContext(
            limits: ServerLimits(), peer: nil, date: { "DATE" }, makeRequestID: { "ID" })
        var state = ConnectionState(context: context, now: now)
        let text = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(bodyBytes)\r\n\r\n"
        guard case .admit(let head)? = receive(Data(text.utf8), &state).last else { return (state, []) }
        let actions = state.admitted(head, .stream(maximumBodyBytes: maximumBytes, intake), now: now)
        return (state, actions)
    }

    private func receive(_ bytes: Data, _ state: inout ConnectionState) -> [ConnectionState.Action] {
        bytes.withUnsafeBytes { state.received($0, now: now) }
    }

    @Test func body_goesToTheIntakeInBatches_andThenTheRequestIsAnswered() throws {
        var (state, actions) = machine(bodyBytes: 2 * Self.batch + 5)
        #expect(actions.isEmpty)
        #expect(receive(Data(repeating: 1, count: Self.batch - 1), &state).isEmpty)
        #expect(receive(Data([2]), &state) == [.deliver(intake, Data(repeating: 1, count: Self.batch - 1) + [2])])
        // While the intake is at work one more batch is read ahead, and then no more.
        #expect(state.readAllowance == Self.batch)
        #expect(receive(Data(repeating: 3, count: Self.batch), &state).isEmpty)
        #expect(state.readAllowance == 0 && state.heldBodyBytes == 2 * Self.batch + 7)
        // The client waits for us: its time does not run.
        #expect(state.deadline == nil)
        #expect(state.delivered(nil, now: now) == [.deliver(intake, Data(repeating: 3, count: Self.batch))])
        #expect(receive(Data(repeating: 4, count: 5), &state).isEmpty)
        #expect(state.delivered(nil, now: now) == [.deliver(intake, Data(repeating: 4, count: 5))])
        guard case .respond(let request)? = state.delivered(nil, now: now).last else {
            Issue.record("the request is not answered")
            return
        }
        #expect(request.body.isEmpty && request.intake == intake)
        #expect(state.abandonedIntake.isEmpty)
    }

    @Test func intakeThatWantsNoMore_isAnsweredAtOnce_andTheConnectionCloses() {
        var (state, _) = machine(bodyBytes: 2 * Self.batch)
        _ = receive(Data(count: Self.batch), &state)
        let actions = state.delivered(Response(.badRequest), now: now)
        #expect(actions.first == .abandon(intake))
        guard case .send(let bytes)? = actions.last else {
            Issue.record("nothing is sent")
            return
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains("Connection: close"))
    }

    @Test func completeBody_thatIsRefused_keepsTheConnection() {
        var (state, _) = machine(bodyBytes: 3)
        #expect(receive(Data("abc".utf8), &state) == [.deliver(intake, Data("abc".utf8))])
        guard case .send(let bytes)? = state.delivered(Response(.badRequest), now: now).last else {
            Issue.record("nothing is sent")
            return
        }
        #expect(!String(decoding: bytes, as: UTF8.self).contains("Connection: close"))
    }

    @Test func clientThatGoes_orTakesTooLong_abandonsTheIntake() {
        for end in [
            { (state: inout ConnectionState) in state.receivedEOF(now: now) },
            { (state: inout ConnectionState) in state.failed(now: now) },
            { (state: inout ConnectionState) in state.timerFired(now: now + .seconds(100_000)) },
        ] {
            var (state, _) = machine(bodyBytes: Self.batch)
            _ = receive(Data(count: 5), &state)
            #expect(end(&state).contains(.abandon(intake)))
            #expect(state.abandonedIntake.isEmpty)
        }
    }

    @Test func bodyOverTheLimit_isRefused_beforeAnyOfItIsTaken() {
        let (state, actions) = machine(bodyBytes: 101, maximumBytes: 100)
        #expect(actions.first == .abandon(intake))
        #expect(state.heldBodyBytes == 0)
    }

    /// What follows is the next request, however long the intake takes for the last batch.
    @Test func behindACompleteBody_noMoreIsReadThanOfAnyRequestAhead() {
        var (state, _) = machine(bodyBytes: 3)
        #expect(receive(Data("abc".utf8), &state) == [.deliver(intake, Data("abc".utf8))])
        let ahead = state.readAllowance
        #expect(ahead == ServerLimits().pipelinedBytes)
        #expect(receive(Data(count: ahead), &state).isEmpty)
        #expect(state.readAllowance == 0 && state.deadline == nil)
        // Neither slow nor of any use to give up.
        #expect(!state.isReceivingBody && state.evicted(.unavailable("", retryAfter: 1), now: now).isEmpty)
    }

    /// The time of the whole body is the client's; that of the intake is ours.
    @Test func timeOfTheIntake_isNotTheBodys() throws {
        var (state, _) = machine(bodyBytes: 2 * Self.batch)
        _ = receive(Data(count: Self.batch), &state)
        let later = now + .seconds(3600)
        #expect(state.delivered(nil, now: later).isEmpty)
        let deadline = try #require(state.deadline)
        #expect(deadline > later)
        #expect(state.timerFired(now: later).isEmpty)
    }
}
