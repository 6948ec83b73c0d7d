import Foundation
import TestSupport
import Testing

/// Starts that cannot succeed: each says why on standard error, says nothing on standard output, and fails.
@Suite struct StartTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func refusal(_ arguments: String...) throws -> String {
        let result = try pseudolabel(["serve", "--port", "0", "--data-dir", directory.path("data")] + arguments)
        #expect(result.status != 0 && result.status != nil)
        #expect(result.output.isEmpty)
        return result.errors
    }

    @Test func dataDirectoryInUse_isRefusedByNameOfItsUser() throws {
        let server = try ServerProcess(dataDirectory: directory.path("data"))
        let message = try refusal()
        #expect(message.contains("in use by process \(server.process.id)") && message.contains("--data-dir"))
        #expect(try server.isAlive())
    }

    @Test func portInUse_isRefused() throws {
        let server = try ServerProcess(dataDirectory: directory.path("other"))
        let message = try refusal("--port", "\(server.port)")
        #expect(message.contains("127.0.0.1:\(server.port)") && message.contains("in use"))
        #expect(try server.isAlive())
    }

    @Test func hostThatIsNoAddress_isRefused() throws {
        #expect(try refusal("--host", "example.invalid").contains("example.invalid"))
    }

    @Test func modelFile_isNamedWhereItIsAtFault() throws {
        let missing = directory.path("missing.safetensors")
        #expect(try refusal("--model", missing).contains(missing))
        let garbage = try directory.write("not a model", "garbage.safetensors")
        #expect(try refusal("--model", garbage).contains(garbage))
        let whole = try Data(contentsOf: Picture.repository.appendingPathComponent("Models/default.safetensors"))
        let truncated = try directory.write(whole.prefix(whole.count / 2), "truncated.safetensors")
        #expect(try refusal("--model", truncated).contains(truncated))
        // Nothing was begun.
        #expect(!directory.exists("data"))
    }

    @Test func dataDirectoryThatCannotBe_isRefused() throws {
        let file = try directory.write("", "file")
        let message = try refusal("--data-dir", file + "/data")
        #expect(message.contains(file) && message.contains("Not a directory"))
        #expect(try refusal("--data-dir", "/proc/pseudolabel/data").contains("/proc/pseudolabel"))
    }

    @Test(arguments: [Data("garbage, not a database".utf8), Data(count: 8192), Data()])
    func fileThatIsNoDatabase_isRefusedAndLeftAsItIs(_ content: Data) throws {
        try directory.write(content, "data/pseudolabel.sqlite")
        let message = try refusal()
        #expect(message.contains("pseudolabel.sqlite"))
        #expect(try directory.data("data/pseudolabel.sqlite") == content)
    }

    @Test func damagedDatabase_isRefusedAndLeftAsItIs() throws {
        let server = try ServerProcess(dataDirectory: directory.path("data"))
        #expect(try server.client().postMask().status == 200)
        #expect(try server.stop() == .exited(0))
        var database = try directory.data("data/pseudolabel.sqlite")
        // The second half: the header stays, the tables do not.
        for index in database.count / 2..<database.count { database[index] ^= 0x5a }
        try directory.write(database, "data/pseudolabel.sqlite")
        let message = try refusal()
        #expect(message.contains("damaged") && message.contains("pseudolabel.sqlite"))
        #expect(try directory.data("data/pseudolabel.sqlite") == database)
    }

    @Test(arguments: [
        ("--queue", "0"), ("--store-limit", "0"), ("--maximum-pixels", "-1"), ("--threads", "0"), ("--port", "65536"),
        ("--port", "-1"),
    ])
    func numberOutOfRange_isRefusedByName(_ option: String, _ value: String) throws {
        #expect(try refusal("\(option)=\(value)").contains(option))
    }
}
