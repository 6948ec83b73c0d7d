import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct WriteProbeTests {
    private let directory: TemporaryDirectory
    private let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.open(directory: directory.path)
    }

    private func setMaximumPages(_ count: Int) throws {
        try store.connections.write { db in _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(count)") }
    }

    @Test func fullDisk_isRemembered_untilAWriteSucceeds() throws {
        #expect(store.writeFailure == nil)
        try setMaximumPages(1)
        let record = try MaskRecord.make(pngBytes: 2_000_000)
        #expect(throws: StoreError.self) { try store.insert(record, imageBytes: imageBytes(1)) }
        #expect(store.writeFailure == .diskFull(path: directory.layout.database))
        #expect(try store.mask(.make(1)) == nil)
        try setMaximumPages(1_000_000)
        #expect(store.writeFailure != nil)
        try store.probeWrites()
        #expect(store.writeFailure == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).allSatisfy { !$0.contains("probe") })
    }

    @Test func probeThatFails_keepsTheFailure() throws {
        // A directory where its file should be.
        try FileManager.default.createDirectory(atPath: directory.layout.writeProbe, withIntermediateDirectories: true)
        #expect(throws: StoreError.self) { try store.probeWrites() }
        #expect(store.writeFailure != nil)
        try FileManager.default.removeItem(atPath: directory.layout.writeProbe)
        try store.probeWrites()
        #expect(store.writeFailure == nil)
    }

    @Test func requestThatIsWrong_isNoFailureOfTheDisk() throws {
        #expect(throws: StoreError.self) { try store.insert(.make(pngBytes: 0), imageBytes: imageBytes(1)) }
        let small = try Store.openTemporary(limitBytes: 3000)
        #expect(throws: StoreError.self) { try small.submit(.make(images: [1, 2, 3])) }
        #expect(small.writeFailure == nil)
        #expect(store.writeFailure == nil)
    }
}
