import Foundation
import TestSupport
import Testing

/// Every answer is what `/openapi.json` says, to requests that a fuzzer makes of it (Tests/OpenAPI/run.sh).
@Suite struct SchemathesisTests {
    private static let script = Picture.repository.appendingPathComponent("Tests/OpenAPI/run.sh").path

    /// Whether it could be installed from PyPI.
    private static let isThere: Bool = {
        guard let process = try? RunningProcess(["/bin/bash", script, "--prepare"]) else { return false }
        return (try? process.wait()) == .exited(0)
    }()

    @Test(.enabled(if: isThere, "schemathesis cannot be installed: no python3-venv, or PyPI cannot be reached"))
    func answers_areAsTheDocumentSays() throws {
        let run = try RunningProcess(["/bin/bash", Self.script, try Binary.path(), "25"])
        #expect(try run.wait() == .exited(0), "\(run.output.text.suffix(4000))")
    }
}
