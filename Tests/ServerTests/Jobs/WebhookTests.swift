import Crypto
import Dispatch
import Engine
import Foundation
import Logging
import Store
import Synchronization
import Testing
import TestSupport

@testable import Server

/// Takes calls down; each fails whose turn in `failures` says so.
final class StubTransport: WebhookTransport {
    struct Call: Sendable {
        let url: String
        let fields: [String: String]
        let body: Data
    }

    struct Refused: Error {}

    private let failures: Int
    private let made = Mutex<[Call]>([])
    private let count = DispatchSemaphore(value: 0)

    /// - Parameter failures: so many calls fail first.
    init(failures: Int = 0) { self.failures = failures }

    var calls: [Call] { made.withLock { $0 } }

    /// Blocks until so many calls more were made.
    func awaitCalls(_ number: Int) -> Bool {
        (0..<number).allSatisfy { _ in count.wait(timeout: .now() + 30) == .success }
    }

    func post(_ url: String, fields: [String: String], body: Data) throws {
        defer { count.signal() }
        let number = made.withLock { calls in
            calls.append(Call(url: url, fields: fields, body: body))
            return calls.count
        }
        if number <= failures { throw Refused() }
    }
}

@Suite struct WebhookTests {
    private static let secret = Data("the secret".utf8)
    private static let policy = WebhookPolicy(hosts: ["Hooks.example.org", "other:8080"], secret: secret)
    private static let url = "https://hooks.example.org/ended?a=b"

    private static func make(_ transport: (any WebhookTransport)?) throws -> (JobServer, TestClient) {
        let server = try JobServer.make(
            webhooks: policy, transport: transport, webhookWait: .microseconds(20))
        return (server, try server.client())
    }

    @Test func call_isMadeOnceAtTheEnd_andSigned() throws {
        let transport = StubTransport()
        let (server, client) = try WebhookTests.make(transport)
        let job = try client.newJob(items(0..<2), callback: WebhookTests.url)
        #expect(job.callback == .init(url: WebhookTests.url, state: "waiting", attempts: 0))
        _ = try client.put(stubPicture(0))
        try server.await(job.id) { $0.counts.done == 1 }
        #expect(transport.calls.isEmpty)
        _ = try client.put(stubPicture(1))
        #expect(transport.awaitCalls(1))
        server.jobs.shutdown(abandoning: false)
        #expect(transport.calls.count == 1)
        #expect(try client.job(job.id).callback == .init(url: WebhookTests.url, state: "delivered", attempts: 1))

        let call = transport.calls[0]
        #expect(call.url == WebhookTests.url)
        #expect(call.fields["Content-Type"] == "application/json")
        let event = try JSONSerialization.jsonObject(with: call.body) as? [String: Any]
        #expect(event?["event"] as? String == "job.ended")
        let told = event?["job"] as? [String: Any]
        #expect(told?["id"] as? String == job.id && told?["state"] as? String == "done")
        // As a receiver checks it.
        let parts = try #require(call.fields["X-Pseudolabel-Signature"]).split(separator: ",")
        let seconds = try #require(parts.first { $0.hasPrefix("t=") }).dropFirst(2)
        let code = try #require(parts.first { $0.hasPrefix("v1=") }).dropFirst(3)
        let expected = HMAC<SHA256>.authenticationCode(
            for: Data("\(seconds).".utf8) + call.body, using: SymmetricKey(data: WebhookTests.secret))
        #expect(code == expected.hexDigits)
        #expect(abs(Date().timeIntervalSince1970 - (Double(seconds) ?? 0)) < 600)
    }

    @Test func failedCall_isMadeAgain_asTheSameDelivery() throws {
        let transport = StubTransport(failures: 3)
        let (server, client) = try WebhookTests.make(transport)
        let job = try client.newJob(items(0..<1), callback: WebhookTests.url)
        _ = try client.put(stubPicture(0))
        #expect(transport.awaitCalls(4))
        server.jobs.shutdown(abandoning: false)
        #expect(try client.job(job.id).callback == .init(url: WebhookTests.url, state: "delivered", attempts: 4))
        #expect(Set(transport.calls.map { $0.fields["X-Pseudolabel-Delivery"] }).count == 1)
    }

    @Test func call_isGivenUpAfterEightAttempts() throws {
        let transport = StubTransport(failures: .max)
        let (server, client) = try WebhookTests.make(transport)
        let job = try client.newJob(items(0..<1), callback: WebhookTests.url)
        _ = try client.put(stubPicture(0))
        #expect(transport.awaitCalls(8))
        // Another job's call, behind which a ninth would have come.
        _ = try client.newJob(items(0..<1), callback: WebhookTests.url)
        #expect(transport.awaitCalls(8))
        server.jobs.shutdown(abandoning: false)
        #expect(try client.job(job.id).callback == .init(url: WebhookTests.url, state: "failed", attempts: 8))
        let deliveries = Dictionary(grouping: transport.calls) { $0.fields["X-Pseudolabel-Delivery"] }
        #expect(deliveries.values.map(\.count) == [8, 8])
    }

    @Test func waits_growFourfold() {
        let waits = (1..<8).map { WebhookSender.wait(afterAttempt: $0, first: .seconds(1)) }
        #expect(waits == [1, 4, 16, 64, 256, 1024, 4096].map { .seconds($0) })
    }

    @Test func retriedJob_callsAgain() throws {
        let transport = StubTransport()
        let (server, client) = try WebhookTests.make(transport)
        server.engine.planNext(.fail(ImageError.empty))
        let job = try client.newJob(items(0..<1), callback: WebhookTests.url)
        _ = try client.put(stubPicture(0))
        #expect(transport.awaitCalls(1))
        let retried: JobAnswer = try client.command(job.id, "retry").document()
        #expect(retried.callback?.state == "waiting")
        #expect(transport.awaitCalls(1))
        server.jobs.shutdown(abandoning: false)
        #expect(try client.job(job.id).callback == .init(url: WebhookTests.url, state: "delivered", attempts: 1))
        #expect(Set(transport.calls.map { $0.fields["X-Pseudolabel-Delivery"] }).count == 2)
        #expect(String(decoding: transport.calls[0].body, as: UTF8.self).contains("done_with_failures"))
    }

    @Test func cancelledJob_callsToo_purgedOneDoesNot() throws {
        let transport = StubTransport()
        let (server, client) = try WebhookTests.make(transport)
        let purged = try client.newJob(items(0..<1), callback: WebhookTests.url)
        _ = try client.delete("/v1/jobs/\(purged.id)?purge=true")
        let cancelled = try client.newJob(items(0..<1), callback: WebhookTests.url)
        _ = try client.delete("/v1/jobs/\(cancelled.id)")
        #expect(transport.awaitCalls(1))
        server.jobs.shutdown(abandoning: false)
        #expect(transport.calls.count == 1)
        #expect(String(decoding: transport.calls[0].body, as: UTF8.self).contains(cancelled.id))
    }

    @Test func callThatIsDue_isMadeAfterARestart_whereItIsStillAllowed() throws {
        let (server, client) = try WebhookTests.make(nil)
        let job = try client.newJob(items(0..<1), callback: WebhookTests.url)
        _ = try client.put(stubPicture(0))
        try server.awaitEnd(job.id)
        server.jobs.shutdown(abandoning: false)
        #expect(try client.job(job.id).callback?.state == "pending")
        func restarted(_ policy: WebhookPolicy, _ transport: StubTransport) throws -> JobService {
            JobService(
                store: server.store, models: server.jobs.models, reads: server.jobs.reads,
                writes: server.jobs.writes, limits: RequestLimits(), webhooks: policy, transport: transport, webhookWait: .seconds(100),
                logger: server.jobs.logger)
        }
        // The operator's list is looked at anew: nothing is sent to where it does not lead.
        let refused = StubTransport()
        let first = try restarted(.none, refused)
        first.start()
        first.shutdown(abandoning: false)
        #expect(refused.calls.isEmpty)
        let transport = StubTransport()
        let second = try restarted(WebhookTests.policy, transport)
        second.start()
        #expect(transport.awaitCalls(1))
        second.shutdown(abandoning: false)
        #expect(try client.job(job.id).callback?.state == "delivered")
    }

    @Test(arguments: [
        ("https://hooks.example.org/a", true), ("http://hooks.example.org", true), ("HTTPS://HOOKS.EXAMPLE.ORG/", true),
        ("https://hooks.example.org:443/", true), ("http://other:8080/a", true),
        ("https://hooks.example.org:444/", false), ("http://hooks.example.org:443/", false), ("http://other/", false),
        ("https://other:8080/", true), ("https://evil.org/", false), ("https://hooks.example.org.evil.org/", false),
        ("https://evil.org/hooks.example.org", false), ("https://hooks.example.org@evil.org/", false),
        ("https://user:secret@hooks.example.org/", false), ("https://hooks.example.org/#a", false),
        ("ftp://hooks.example.org/", false), ("file:///etc/passwd", false), ("hooks.example.org", false), ("", false),
        ("https://hooks.example.org\\@evil.org/", false), ("https://hooks.example.org%2eevil.org/", false),
        ("https://hooks.example.org/\(String(repeating: "a", count: 2048))", false),
        ("https://hooks.example.org/a\r\nHost: evil.org", false),
    ])
    func host_isAllowedByItsName(_ url: String, _ isAllowed: Bool) {
        #expect((WebhookTests.policy.refusal(of: url) == nil) == isAllowed)
        #expect(WebhookPolicy.none.refusal(of: url) != nil)
    }

    @Test func callToAnotherHost_isRefusedWithTheJob() throws {
        let (_, client) = try WebhookTests.make(StubTransport())
        let answer = try client.postJob(items(0..<1), callback: "https://evil.org/")
        #expect(answer.status == 422)
        #expect(try answer.document(ProblemAnswer.self).fields == ["callback_url"])
    }
}
