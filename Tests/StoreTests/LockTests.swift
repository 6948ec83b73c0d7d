import Foundation
import Testing

@testable import Store

/// util-linux; part of every Debian.
private let flockTool = "/usr/bin/flock"

@Suite struct LockTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func secondStoreInThisProcess_isRefusedNamingTheHolder() throws {
        let first = try Store.open(directory: directory.path)
        let error = #expect(throws: StoreError.self) { try Store.open(directory: directory.path) }
        #expect(error == .locked(path: directory.layout.lock, holder: getpid()))
        #expect(error?.description.contains("process \(getpid())") == true)
        try first.insert(.make(), imageBytes: Data([1]))
        #expect(try first.summary.masks == 1)
    }

    @Test func closedStore_canBeOpenedAgain() throws {
        let first = try Store.open(directory: directory.path)
        first.close()
        first.close()
        let second = try Store.open(directory: directory.path)
        #expect(throws: StoreError.closed(path: directory.layout.database)) { try first.summary }
        #expect(throws: StoreError.closed(path: directory.layout.database)) { try first.mask(.make(1)) }
        #expect(throws: StoreError.closed(path: directory.layout.database)) {
            try first.insert(.make(), imageBytes: Data([1]))
        }
        #expect(try directory.imageFiles.isEmpty)
        #expect(try second.summary.masks == 0)
    }

    @Test func releasedStore_givesTheDirectoryFree() throws {
        do {
            _ = try Store.open(directory: directory.path)
        }
        _ = try Store.open(directory: directory.path)
    }

    @Test func refusedDatabase_givesTheDirectoryFree() throws {
        try directory.writeDatabase(noise(5000, seed: 1))
        #expect(throws: StoreError.self) { try Store.open(directory: directory.path) }
        try FileManager.default.removeItem(atPath: directory.layout.database)
        _ = try Store.open(directory: directory.path)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: flockTool), "needs \(flockTool)"))
    func directoryHeldByAnotherProcess_isRefusedUntilItIsKilled() throws {
        try directory.fill(1)
        // --no-fork: flock becomes the shell, so that one process holds the lock and can be killed.
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: flockTool)
        holder.arguments = ["--no-fork", directory.layout.lock, "sh", "-c", "echo held; read line"]
        let output = Pipe()
        let input = Pipe()
        holder.standardOutput = output
        holder.standardInput = input
        try holder.run()
        let line = output.fileHandleForReading.readData(ofLength: 5)
        #expect(String(decoding: line, as: UTF8.self) == "held\n")
        let error = #expect(throws: StoreError.self) { try Store.open(directory: directory.path) }
        guard case .locked(directory.layout.lock, _) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        kill(holder.processIdentifier, SIGKILL)
        holder.waitUntilExit()
        #expect(try Store.open(directory: directory.path).summary.masks == 1)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: flockTool), "needs \(flockTool)"))
    func openStore_keepsAnotherProcessOut() throws {
        func tryLock() throws -> Int32 {
            let other = Process()
            other.executableURL = URL(fileURLWithPath: flockTool)
            other.arguments = ["--nonblock", "--conflict-exit-code", "9", directory.layout.lock, "true"]
            try other.run()
            other.waitUntilExit()
            return other.terminationStatus
        }
        let store = try Store.open(directory: directory.path)
        #expect(try tryLock() == 9)
        store.close()
        #expect(try tryLock() == 0)
    }
}
