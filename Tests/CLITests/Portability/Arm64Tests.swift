import Foundation
import TestSupport
import Testing

/// The C targets on another processor (Tests/Portability/arm64.sh): NEON instead of AVX.
@Suite struct Arm64Tests {
    private static let isThere = [
        "/usr/bin/qemu-aarch64-static", "/usr/bin/aarch64-linux-gnu-ld", "/usr/aarch64-linux-gnu/lib/libc.a",
    ]
    .allSatisfy(FileManager.default.fileExists)

    @Test(.enabled(if: isThere, "the cross compiler's libraries or the emulator are not installed"))
    func kernels_computeTheSame() throws {
        let script = Picture.repository.appendingPathComponent("Tests/Portability/arm64.sh").path
        let run = try RunningProcess(["/bin/bash", script])
        #expect(try run.wait() == .exited(0), "\(run.output.text)\(run.errors.text)")
    }
}
