import Foundation
import TestSupport
import Testing

/// Clients that generators make of `/openapi.json` can be used (Tests/OpenAPI/generators.sh).
@Suite struct GeneratorTests {
    private static let script = Picture.repository.appendingPathComponent("Tests/OpenAPI/generators.sh").path

    /// Whether the generators could be installed from PyPI.
    private static let areThere: Bool = {
        guard let process = try? RunningProcess(["/bin/bash", script, "--prepare"]) else { return false }
        return (try? process.wait()) == .exited(0)
    }()

    @Test(.enabled(if: areThere, "the generators cannot be installed: no python3-venv, or PyPI cannot be reached"))
    func clientsOfTwoGenerators_work() throws {
        let run = try RunningProcess(["/bin/bash", Self.script, try Binary.path()])
        let ending = try run.wait()
        let text = run.output.text + run.errors.text
        if ending == .exited(78) {
            print("generators: openapi-generator was skipped, there is no Java (apt-get install default-jre-headless)")
        }
        #expect([.exited(0), .exited(78)].contains(ending), "\(text.suffix(4000))")
        #expect(text.contains("openapi-python-client: all calls answered"))
    }
}
