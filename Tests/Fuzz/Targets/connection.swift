import Foundation
import HTTPTypes

@testable import Server

// Everything that one client sends on a connection, up to its end: pipelined requests, answered by an application
// whose decisions the requests alone decide.

private let limits = {
    var limits = ServerLimits()
    limits.headBytes = 512
    limits.fieldCount = 8
    limits.targetBytes = 128
    limits.chunkExtensionBytes = 32
    limits.trailerBytes = 64
    limits.pipelinedBytes = 64
    limits.droppedBodyBytes = 64
    limits.lingerBytes = 256
    return limits
}()
private let maximumBody = 64

/// A streamed body; what it consists of, the driver decides.
private struct Source: BodySource {
    func next(_ deliver: @escaping @Sendable (BodyChunk) -> Void) {}
    func finish() {}
}

/// Drives a state machine as the socket does, and checks what it asks for.
private struct Driver {
    var state: ConnectionState
    var now = ContinuousClock.now
    private(set) var requests: [Request] = []
    private(set) var statuses: [HTTPResponse.Status] = []
    private var isClosed = false
    private var writeIsShut = false
    /// Streams that were sent and not yet finished, and how many chunks each has still to give.
    private var streams: [(stream: BodyStream, chunks: Int)] = []
    private var openedStreams = 0
    private var finishedStreams = 0

    init() {
        let context = ConnectionContext(limits: limits, peer: nil, date: { "DATE" }, makeRequestID: { "ID" })
        state = ConnectionState(context: context, now: now)
    }

    /// All of the bytes, as far as the connection reads them, then the peer's end and time until it is closed.
    mutating func run(_ pieces: [ArraySlice<UInt8>]) {
        for piece in pieces {
            var rest = piece
            while !rest.isEmpty && !isClosed {
                let allowance = state.readAllowance
                require(allowance > 0, "reading pauses though nothing is on its way out")
                let taken = rest.prefix(allowance)
                rest = rest.dropFirst(taken.count)
                perform(taken.withUnsafeBytes { state.received($0, now: now) })
                let bound = limits.headBytes + limits.pipelinedBytes
                require(isClosed || state.input.count <= bound + piece.count, "\(state.input.count) bytes are buffered")
                require(state.body.count <= maximumBody, "a body of \(state.body.count) bytes")
            }
        }
        if !isClosed { perform(state.receivedEOF(now: now)) }
        var timers = 0
        while !isClosed, let deadline = state.deadline, timers < 4 {
            now = max(now, deadline)
            perform(state.timerFired(now: now))
            timers += 1
        }
        require(isClosed, "the connection stays open after the peer's end and \(timers) timers: \(state.phase)")
        require(openedStreams == finishedStreams, "\(openedStreams) streams, \(finishedStreams) finished")
    }

    /// What the driver has to do, until it has to wait for the peer.
    private mutating func perform(_ first: [ConnectionState.Action]) {
        var actions = first[...]
        var sent = false
        while true {
            while let action = actions.popFirst() {
                require(!isClosed, "an action after the close: \(action)")
                switch action {
                case .admit(let head):
                    require(actions.isEmpty, "admit is not the last action")
                    actions = state.admitted(head, admission(head), now: now)[...]
                case .respond(let request):
                    requests.append(request)
                    actions += state.replied(answer(request), now: now)
                case .deliver(let intake, let bytes):
                    require(intake == Self.intake && !bytes.isEmpty, "another intake, or nothing for it")
                    var decisions = Decisions(bytes)
                    let answer = decisions.next(below: 4) == 0 ? Response(Problem(.badRequest)) : nil
                    actions += state.delivered(answer, now: now)
                case .resumeBody:
                    actions += state.resumed(now: now)
                case .abandon(let intake):
                    require(intake == Self.intake && state.abandonedIntake.isEmpty, "abandoned, and still taking")
                case .send(let bytes):
                    require(!bytes.isEmpty && !writeIsShut, "nothing to send, or no way to")
                    sent = true
                case .pull(let stream):
                    actions += state.streamed(chunk(of: stream), now: now)
                case .finish(let stream):
                    let index = streams.firstIndex { $0.stream == stream }
                    require(index != nil, "a stream is finished twice")
                    if let index { streams.remove(at: index) }
                    finishedStreams += 1
                case .completed(let exchange):
                    statuses.append(exchange.status)
                case .closeWrite:
                    require(!writeIsShut, "shut twice")
                    writeIsShut = true
                case .close, .abort:
                    isClosed = true
                    require(state.phase == .closed, "closed in the phase \(state.phase)")
                    require(state.readAllowance == 0 && state.deadline == nil, "closed and still waiting")
                }
            }
            guard sent, !isClosed else { return }
            sent = false
            state.wrote(1, now: now)
            actions = state.flushed(now: now)[...]
        }
    }

    // MARK: - The application

    private func admission(_ head: RequestHead) -> Admission {
        var decisions = Decisions(head.target.path.utf8)
        switch decisions.next(below: 5) {
        case 4: return .refuse(Response(Problem(.unsupportedMediaType)))
        case 0: return .reject(Response(Problem(.notFound)))
        case 1: return .stream(maximumBodyBytes: maximumBody, Self.intake)
        default: return .accept(maximumBodyBytes: maximumBody)
        }
    }

    private struct Sink: BodySink {
        func take(_ bytes: Data, done: @escaping @Sendable (Response?) -> Void) {}
        func abandon() {}
        var heldBytes: Int { 0 }
    }

    private static let intake = BodyIntake(Sink())

    private mutating func answer(_ request: Request) -> Response {
        var decisions = Decisions(Array(request.head.target.path.utf8) + request.body)
        switch decisions.next(below: 4) {
        case 0: return Response(.ok, "text/plain", request.body)
        case 1: return Response(.noContent)
        default:
            let chunks = decisions.next(below: 4)
            let length = decisions.next(below: 2) == 0 ? nil : chunks
            let stream = BodyStream(length: length, source: Source())
            streams.append((stream, chunks))
            openedStreams += 1
            return Response(.ok, stream: stream)
        }
    }

    /// One byte a chunk, so that a length is kept.
    private mutating func chunk(of stream: BodyStream) -> BodyChunk {
        guard let index = streams.firstIndex(where: { $0.stream == stream }) else {
            fatalError("a stream is asked after it was finished")
        }
        streams[index].chunks -= 1
        return streams[index].chunks >= 0 ? .bytes(Data([0x61])) : .end
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConnection(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var whole = Driver()
    whole.run([bytes[...]])
    var decisions = Decisions(bytes)
    var pieces = Driver()
    pieces.run(decisions.pieces(of: bytes, upTo: 40))
    // The cut of the bytes into packets is the network's: it may not decide which requests there are.
    require(pieces.requests == whole.requests, "in pieces there are other requests")
    let isSame = zip(pieces.statuses, whole.statuses).allSatisfy(agree)
    require(
        isSame && pieces.statuses.count == whole.statuses.count,
        "in pieces the answers are \(pieces.statuses), whole \(whole.statuses)")
    return 0
}
