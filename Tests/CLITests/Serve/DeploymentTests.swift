import Foundation
import TestSupport
import Testing

@testable import CLI

/// What `deploy/` holds.
@Suite struct DeploymentTests {
    private func path(_ name: String) -> String { Picture.repository.appendingPathComponent("deploy/\(name)").path }

    @Test func smokeTest_passesAgainstTheBuiltBinary() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(dataDirectory: directory.path)
        let client = try server.client()
        while try client.get("/readyz").status != 200 {}
        let smoke = try RunningProcess(["/bin/bash", path("smoke.sh"), "http://127.0.0.1:\(server.port)"])
        #expect(try smoke.wait() == .exited(0), "\(smoke.output.text)\(smoke.errors.text)")
        #expect(smoke.output.text.hasSuffix("ok    all\n"))
    }

    @Test func smokeTest_passesWithAToken_andFailsWithoutOne() throws {
        let directory = try TemporaryDirectory()
        let tokens = directory.path("tokens")
        let made = try pseudolabel("token", "smoke", "--scopes", "read,label", "--file", tokens)
        let secret = made.output.trimmingCharacters(in: .newlines)
        let server = try ServerProcess(dataDirectory: directory.path("data"), ["--token-file", tokens])
        let client = try server.client()
        while try client.get("/readyz").status != 200 {}
        let url = "http://127.0.0.1:\(server.port)"
        let smoke = try RunningProcess(["/bin/bash", path("smoke.sh"), url, secret])
        #expect(try smoke.wait() == .exited(0), "\(smoke.output.text)\(smoke.errors.text)")
        #expect(try RunningProcess(["/bin/bash", path("smoke.sh"), url]).wait() != .exited(0))
    }

    @Test func smokeTest_failsWithoutAService() throws {
        let smoke = try RunningProcess(["/bin/bash", path("smoke.sh"), "http://127.0.0.1:9"])
        #expect(try smoke.wait() != .exited(0))
    }

    /// A rule over a metric that is not there never fires.
    @Test func alertRules_areOverMetricsThatAreThere() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(dataDirectory: directory.path)
        let client = try server.client()
        _ = try client.postMask()
        let metrics = try client.get("/metrics").text
        let rules = try String(contentsOfFile: path("alerts.yml"), encoding: .utf8)
        let names = rules.matches(of: /\b[a-z]+(?:_[a-z]+)+\b/).map { String($0.output) }
            .filter { !["histogram_quantile"].contains($0) }
        #expect(names.count > 8)
        for name in Set(names) { #expect(metrics.contains("\n\(name)"), "\(name)") }
        // Nor does one over a label that no metric has. Statuses are there once they were answered.
        let labels = rules.matches(of: /\b(?:stage|outcome|result|state)="[^"]*"/).map { String($0.output) }
        #expect(labels.count >= 2)
        for label in Set(labels) { #expect(metrics.contains(label), "\(label)") }
    }

    /// Each option that the example sets is one that the program has.
    @Test func environmentExample_setsOptionsThatExist() throws {
        let lines = try String(contentsOfFile: path("pseudolabel.env"), encoding: .utf8).split(separator: "\n")
        let help = try pseudolabel("serve", "--help").output
        let names = lines.compactMap { $0.firstMatch(of: /^#?PSEUDOLABEL_([A-Z_]+)=/)?.output.1 }
        #expect(names.count >= 5)
        for name in names {
            let option = "--" + name.lowercased().replacing("_", with: "-")
            #expect(help.contains(option), "\(option)")
        }
    }

    /// Where the engine is killed for memory the service goes on, and its filter leaves the engine those of its own.
    @Test func unit_outlivesItsEngine_andLetsItConfineItself() throws {
        let unit = try String(contentsOfFile: path("pseudolabel.service"), encoding: .utf8).split(separator: "\n")
        #expect(unit.contains("OOMPolicy=continue"))
        let limit = try #require(unit.first { $0.hasPrefix("MemoryMax=") && $0.hasSuffix("G") })
        let gibibytes = try #require(Int(limit.dropFirst("MemoryMax=".count).dropLast()))
        #expect(try gibibytes << 30 > EngineOptions.parse([]).memory(threads: 1))
        let filter = try #require(unit.first { $0.hasPrefix("SystemCallFilter=@") })
        for call in ["seccomp", "landlock_create_ruleset", "landlock_restrict_self"] {
            #expect(filter.split(separator: " ").contains(Substring(call)))
        }
    }
}
