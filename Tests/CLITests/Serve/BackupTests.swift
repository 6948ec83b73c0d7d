import Foundation
import Store
import Synchronization
import TestSupport
import Testing

/// `pseudolabel backup` beside a server that works.
@Suite struct BackupTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// - Returns: the data directory that the archive is restored to.
    private func restore(_ archive: String) throws -> String {
        let restored = directory.path("restored")
        try FileManager.default.createDirectory(atPath: restored, withIntermediateDirectories: true)
        let tar = try RunningProcess(["/usr/bin/tar", "-xf", archive, "-C", restored])
        #expect(try tar.wait() == .exited(0), "\(tar.errors.text)")
        return restored
    }

    /// Opening checks the whole database; then every image has its file, and no file is without a row.
    private func expectWhole(_ restored: String) throws -> StoreSummary {
        let store = try Store.open(directory: restored)
        defer { store.close() }
        let summary = try store.summary
        let files = FileManager.default.enumerator(atPath: restored + "/images")?.compactMap { $0 as? String } ?? []
        #expect(files.filter { $0.contains("/") }.count == summary.images)
        return summary
    }

    /// Posts pictures that the server has never seen until the returned call.
    private func keepBusy(_ server: ServerProcess) throws -> () -> Int {
        let state = Shared()
        let threads = DispatchGroup()
        for index in 0..<2 {
            threads.enter()
            let port = server.port
            Thread {
                var number = 0
                guard let client = try? TestClient(port: port) else { return threads.leave() }
                while !state.isDone.load(ordering: .relaxed) {
                    guard let picture = try? Picture.jpeg(comment: "\(index) \(number)"),
                        (try? client.post("/v1/masks?labels=cat&\(TestClient.fastOptions)", "image/jpeg", picture))?
                            .status == 200
                    else { break }
                    number += 1
                }
                state.posted.withLock { $0 += number }
                threads.leave()
            }.start()
        }
        return {
            state.isDone.store(true, ordering: .relaxed)
            threads.wait()
            return state.posted.withLock { $0 }
        }
    }

    private final class Shared: Sendable {
        let isDone = Atomic(false)
        let posted = Mutex(0)
    }

    @Test func backupOfAServerAtWork_isServedAfterItsRestoration() throws {
        let data = directory.path("data")
        let server = try ServerProcess(dataDirectory: data)
        let mask: MaskAnswer = try server.client().postMask().document()
        let png = try server.client().get(mask.links.mask).body
        let stop = try keepBusy(server)
        let archive = directory.path("backup.tar")
        let made = try pseudolabel("backup", "--data-dir", data, "--to", archive)
        #expect(made.status == 0, "\(made.errors)")
        #expect(stop() > 0)
        // The server has noticed nothing, and nothing is left of it.
        #expect(try server.client().postMask().status == 200)
        #expect(!FileManager.default.fileExists(atPath: data + "/pseudolabel.backup"))
        #expect(try server.stop() == .exited(0))

        let restored = try restore(archive)
        #expect(try expectWhole(restored).masks >= 1)
        let again = try ServerProcess(dataDirectory: restored)
        #expect(try again.client().get(mask.links.mask).body == png)
        #expect(try again.client().postMask().document(MaskAnswer.self).cached)
        #expect(try again.stop() == .exited(0))
        let permissions = try FileManager.default.attributesOfItem(atPath: archive)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
    }

    @Test func whileImagesAreEvicted_everyRowHasItsFile() throws {
        let data = directory.path("data")
        let picture = try Picture.jpeg(comment: "0 0").count
        // Room for a few pictures.
        let server = try ServerProcess(dataDirectory: data, ["--store-limit", "\(picture * 12)"])
        let stop = try keepBusy(server)
        for number in 0..<4 {
            let archive = directory.path("\(number).tar")
            let made = try pseudolabel("backup", "--data-dir", data, "--to", archive)
            #expect(made.status == 0, "\(made.errors)")
            let restored = try restore(archive)
            _ = try expectWhole(restored)
            try FileManager.default.removeItem(atPath: restored)
        }
        #expect(stop() > 0)
        #expect(try server.stop() == .exited(0))
    }

    @Test func whatCannotBeBackedUp_isRefused() throws {
        let missing = try pseudolabel("backup", "--data-dir", directory.path("none"), "--to", directory.path("a.tar"))
        #expect(missing.status != 0 && missing.errors.contains("none"))
        try directory.write(Data("mine".utf8), "there.tar")
        let there = try pseudolabel("backup", "--data-dir", directory.path, "--to", directory.path("there.tar"))
        #expect(there.status == 64 && there.errors.contains("exists"))
        #expect(try directory.data("there.tar") == Data("mine".utf8))
    }

    /// With nobody beside it, also what a killed server left in its log is in the backup.
    @Test func backupOfAKilledServersDirectory_isWhole() throws {
        let data = directory.path("data")
        let server = try ServerProcess(dataDirectory: data)
        let mask: MaskAnswer = try server.client().postMask().document()
        server.process.send(SIGKILL)
        _ = try server.process.wait()
        let archive = directory.path("backup.tar")
        #expect(try pseudolabel("backup", "--data-dir", data, "--to", archive).status == 0)
        let restored = try restore(archive)
        #expect(try expectWhole(restored).masks == 1)
        let again = try ServerProcess(dataDirectory: restored)
        #expect(try again.client().get(mask.links.mask).status == 200)
    }
}
