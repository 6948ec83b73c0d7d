import Foundation
import TestSupport
import Testing

/// The page in a real browser (Tests/Browser/page.py).
@Suite struct BrowserTests {
    private static let environment = Picture.repository.appendingPathComponent(".build/selenium").path

    /// Whether there are Chromium, its driver, and selenium, which is installed from PyPI where it is missing.
    private static let isThere: Bool = {
        guard ["/usr/bin/chromium", "/usr/bin/chromedriver"].allSatisfy(FileManager.default.fileExists) else {
            return false
        }
        let install =
            "[ -x \(environment)/bin/python ] || python3 -m venv \(environment); "
            + "\(environment)/bin/python -c 'import selenium' || \(environment)/bin/pip install -q 'selenium>=4.30,<5'"
        guard let process = try? RunningProcess(["/bin/bash", "-c", install]) else { return false }
        return (try? process.wait()) == .exited(0)
    }()

    @Test(.enabled(if: isThere, "needs chromium, chromium-driver and python3-venv of Debian, and selenium from PyPI"))
    func page_doesWhatAPersonExpects() throws {
        let run = try RunningProcess([
            Self.environment + "/bin/python", Picture.repository.appendingPathComponent("Tests/Browser/page.py").path,
            try Binary.path(),
        ])
        #expect(try run.wait() == .exited(0), "\(run.output.text)\(run.errors.text.suffix(4000))")
    }
}
