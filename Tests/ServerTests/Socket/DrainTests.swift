import Dispatch
import Foundation
import Synchronization
import Testing

@testable import Server

@Suite struct DrainTests {
    @Test func drain_finishesWhatIsInFlight_closesIdle_refusesNew() throws {
        let server = try TestServer.make()
        let busy = try server.client()
        try busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        server.awaitHeldRequest()
        let idle = try server.client()
        #expect(try idle.get("/hello").status == 200)

        let outcome = Mutex<HTTPServer.DrainOutcome?>(nil)
        let done = DispatchSemaphore(value: 0)
        server.server.drain(within: .seconds(20)) { result in
            outcome.withLock { $0 = result }
            done.signal()
        }
        #expect(try idle.rest().isEmpty)
        #expect(throws: SocketError.system(call: "connect", code: ECONNREFUSED)) { try server.client() }
        #expect(outcome.withLock { $0 } == nil)

        server.releaseHeld()
        let answer = try busy.answer()
        #expect(answer.text == "waited")
        #expect(answer.field("Connection") == "close")
        busy.close()
        done.wait()
        #expect(outcome.withLock { $0 } == .finished)
        #expect(server.server.connectionCount == 0)
    }

    @Test func drain_cutsWhatIsLeftAtTheDeadline() async throws {
        let server = try TestServer.make()
        let client = try server.client()
        try client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        server.awaitHeldRequest()
        #expect(await server.server.drain(within: .milliseconds(50)) == .deadlinePassed)
        #expect(try client.rest().isEmpty)
    }

    @Test func drain_isDoneAtOnceWithoutConnections_andWhenAskedAgain() async throws {
        let server = try TestServer.make()
        #expect(await server.server.drain(within: .seconds(20)) == .finished)
        #expect(await server.server.drain(within: .seconds(20)) == .finished)
    }

    @Test func signal_reachesTheHandlerInsteadOfEndingTheProcess() {
        let received = DispatchSemaphore(value: 0)
        let watcher = SignalWatcher([SIGUSR2], queue: DispatchQueue(label: "test.signal")) { number in
            if number == SIGUSR2 { received.signal() }
        }
        kill(getpid(), SIGUSR2)
        #expect(received.wait(timeout: .now() + 20) == .success)
        withExtendedLifetime(watcher) {}
    }
}
