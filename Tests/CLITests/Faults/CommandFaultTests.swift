import Foundation
import TestSupport
import Testing

/// What commands say of files that can't be read or written: the file, and why, in words for people.
@Suite struct CommandFaultTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func expect(_ result: CommandResult, says path: String, _ reason: String) {
        #expect(result.status != nil && result.status != 0, "\(result.errors)")
        #expect(result.errors.contains(path) && result.errors.contains(reason), "\(result.errors)")
        for inside in ["Error Domain", "NSCocoa", "Fatal error", "CocoaError"] {
            #expect(!result.errors.contains(inside), "\(result.errors)")
        }
    }

    @Test func fileThatCannotBeRead_isNamedWithTheReason() throws {
        let (missing, folder) = (directory.path("missing"), directory.path)
        let weights = Picture.repository.appendingPathComponent("Models/default.safetensors").path
        for (path, reason) in [(missing, "does not exist"), (folder, "is a directory")] {
            let out = directory.path("out")
            expect(try pseudolabel("pack-model", weights, "--description", path, "--out", out), says: path, reason)
            expect(try pseudolabel("models", "--model", path), says: path, reason)
            expect(try pseudolabel("bench", "label", path), says: path, reason)
            expect(
                try pseudolabel("import-backbone", path, "--architecture", "efficientnet-lite0", "--out", out),
                says: path, reason)
            expect(try pseudolabel("serve", "--port", "0", "--config", path), says: path, reason)
            expect(try pseudolabel("serve", "--port", "0", "--token-file", path), says: path, reason)
        }
    }

    @Test func fileThatCannotBeWritten_isNamedWithTheReason() throws {
        let models = Picture.repository.appendingPathComponent("Models")
        let (weights, description) = (models.path + "/default.safetensors", models.path + "/default.json")
        let lost = directory.path("no/such/folder/file")
        expect(
            try pseudolabel("pack-model", weights, "--description", description, "--out", lost), says: lost,
            "does not exist")
        let file = try directory.write("", "file")
        expect(try pseudolabel("label", Picture.png.path, "--out", file + "/out"), says: file, "not a directory")
    }

    @Test func standardOutputThatIsFull_failsTheCommand() throws {
        let process = try RunningProcess(["/bin/sh", "-c", #"exec "$1" models >/dev/full"#, "sh", try Binary.path()])
        #expect(try process.wait() == .exited(1))
        #expect(process.errors.text.contains("standard output can't be written: no space is left"))
    }

    @Test func fullDisk_isSaidToBeSo() throws {
        guard let disk = try SmallDisk(megabytes: 1) else {
            print("fullDisk: skipped, this process may not mount a tmpfs")
            return
        }
        let out = disk.data + "/out"
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: out + "/manifest.jsonl"))
        for folder in ["SegmentationClass", "overlays"] {
            try FileManager.default.createDirectory(atPath: out + "/" + folder, withIntermediateDirectories: true)
        }
        let tokens = out + "/tokens"
        try Data().write(to: URL(fileURLWithPath: tokens))
        disk.fill()
        let noSpace = "no space is left on its disk"
        expect(try pseudolabel("token", "anna", "--file", tokens), says: tokens, noSpace)
        let label = [
            "label", Picture.png.path, "--labels", "cat", "--scales", "1", "--refinement", "none", "--out", out,
        ]
        expect(try pseudolabel(label), says: out, noSpace)
    }
}
