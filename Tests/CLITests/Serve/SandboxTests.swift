import Engine
import Foundation
import TestSupport
import Testing

@testable import CLI

/// What the engine's process has given up, seen from outside and tried from inside.
@Suite struct SandboxTests {
    private static let hasSeccomp = FileManager.default.fileExists(atPath: "/proc/sys/kernel/seccomp")
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Values of a /proc file's lines, by what stands before the colon.
    private func status(_ path: String) throws -> [String: String] {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        return Dictionary(
            lines.map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return (String(parts[0]), parts.last?.trimmingCharacters(in: .whitespaces) ?? "")
            }, uniquingKeysWith: { first, _ in first })
    }

    /// A server whose engine is ready, and its engine.
    private func serve(_ arguments: [String] = []) throws -> (server: ServerProcess, engine: pid_t) {
        let server = try ServerProcess(dataDirectory: directory.path, arguments)
        #expect(server.process.errors.line(with: "engine ready") != nil)
        return (server, try server.engineID())
    }

    @Test(.enabled(if: hasSeccomp, "this kernel has no seccomp"))
    func engine_isConfined_withAllItsThreads() throws {
        let (server, engine) = try serve()
        #expect(server.process.errors.line(with: "engine ready")?.contains("seccomp") == true)
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(engine)/task")
        #expect(threads.count > 1)
        for thread in threads {
            let status = try status("/proc/\(engine)/task/\(thread)/status")
            #expect(status["Seccomp"] == "2" && status["NoNewPrivs"] == "1")
        }
        // The server is not.
        #expect(try status("/proc/\(server.process.id)/status")["Seccomp"] == status("/proc/self/status")["Seccomp"])
    }

    @Test(.enabled(if: hasSeccomp, "this kernel has no seccomp"))
    func whatTheEngineDoesNotNeed_isRefused() throws {
        let result = try pseudolabel("engine", "--check-sandbox")
        #expect(result.status == 0)
        let lines = result.output.split(separator: "\n")
        #expect(lines.first?.contains("seccomp") == true)
        let attempts = lines.filter { !$0.contains("sandbox") }
        for name in ["socket", "write", "read", "execve", "fork", "kill", "ptrace", "mmap", "mprotect", "prlimit"] {
            #expect(attempts.contains { $0.hasPrefix("\(name): refused") }, "\(name)")
        }
        #expect(attempts.count >= 16 && attempts.allSatisfy { $0.contains(": refused (") }, "\(attempts)")
    }

    @Test func engine_isLimited_andTheFirstToBeKilled() throws {
        let (server, engine) = try serve(["--engine-memory", "1073741824", "--threads", "2"])
        let limits = try String(contentsOfFile: "/proc/\(engine)/limits", encoding: .utf8).split(separator: "\n")
        func hard(_ name: String) -> Int? {
            limits.first { $0.hasPrefix(name) }?.dropFirst(name.count).split(separator: " ").dropFirst().first
                .flatMap { Int($0) }
        }
        #expect(hard("Max core file size") == 0)
        // Standard error is a pipe here.
        #expect(hard("Max file size") == 0)
        #expect(try #require(hard("Max open files")) <= 64)
        let space = try #require(hard("Max address space"))
        #expect(space > 1 << 30 && space < 3 << 30)
        func score(_ id: pid_t) throws -> Int {
            let text = try String(contentsOfFile: "/proc/\(id)/oom_score_adj", encoding: .utf8)
            return try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        }
        #expect(try score(engine) > score(server.process.id))
    }

    @Test func masks_areThoseOfTheEngineOutsideTheSandbox() throws {
        let (server, _) = try serve()
        let client = try server.client()
        let model = try Model.embedded()
        let pipeline = Pipeline(model: model, threads: 2)
        for picture in Picture.allCases {
            let mask: MaskAnswer = try client.postMask(picture, "").document()
            let options = try LabelingOptions(model: model.description)
            let expected = try pipeline.label(picture.bytes, labels: nil, options: options)
            #expect(try client.get(mask.links.mask).body == expected.maskPNG)
            #expect(try client.get(mask.links.overlay + "?width=50").status == 200)
        }
    }

    /// Claims 30000 x 30000 pixels: 2.7 GB as RGB.
    @Test func pictureThatNeedsMoreMemoryThanThereIs_isRefused_andTheNextIsAnswered() throws {
        let (server, _) = try serve([
            "--maximum-pixels", "1000000000", "--engine-memory", "\(1 << 30)", "--threads", "1",
        ])
        let client = try server.client()
        let answer = try client.post("/v1/masks?labels=cat", "image/png", Picture.enormousPNG)
        let problem: ProblemAnswer = try answer.document()
        #expect(answer.status == 422 && problem.fields == ["image"])
        #expect(problem.detail.contains("more memory than it may have"), "\(problem.detail)")
        #expect(try client.postMask().status == 200)
    }

    @Test(arguments: ["0", "-1", "1000", "99999999999999999"]) func memoryOutOfRange_isRefused(_ value: String) {
        #expect(throws: (any Error).self) { try EngineOptions.parse(["--engine-memory=\(value)"]) }
    }

    @Test func memory_growsWithManyThreads() throws {
        let standard = try EngineOptions.parse([])
        #expect(standard.memory(threads: 1) == 4 << 30 && standard.memory(threads: 5) == 4 << 30)
        #expect(standard.memory(threads: 16) == 12 << 30)
        #expect(try EngineOptions.parse(["--engine-memory", "300000000"]).memory(threads: 16) == 300_000_000)
    }
}
