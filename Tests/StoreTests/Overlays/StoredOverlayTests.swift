import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct StoredOverlayTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.open(directory: directory.path)
    }

    private func key(_ mask: Int, _ width: Int? = nil, outline: Bool = true, revision: Int = 1) throws -> OverlayKey {
        OverlayKey(mask: try .make(mask), width: width, outline: outline, revision: revision)
    }

    private func insert(_ ids: Int..., into store: Store? = nil) throws {
        for id in ids { try (store ?? self.store).insert(.make(id: id), imageBytes: imageBytes(id)) }
    }

    private func bytes(of key: OverlayKey, in store: Store? = nil) throws -> Data? {
        let store = store ?? self.store
        guard let length = try store.overlayLength(key) else { return nil }
        var bytes = Data()
        for position in 0...length / Store.overlayPieceBytes {
            guard let piece = try store.overlayPiece(position, of: key) else { break }
            #expect(piece.count <= Store.overlayPieceBytes)
            bytes += piece
        }
        #expect(bytes.count == length)
        return bytes
    }

    @Test(arguments: [1, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, 700_000])
    func overlayReadBack_isEqual_alsoAfterReopening(_ count: Int) throws {
        try insert(1, 2)
        let png = noise(count, seed: 1)
        #expect(try store.insertOverlay(png, as: key(1, 100)))
        #expect(try bytes(of: key(1, 100)) == png)
        for other in [try key(1), try key(1, 101), try key(2, 100), try key(1, 100, revision: 2), try key(3, 100)] {
            #expect(try store.overlayLength(other) == nil)
            #expect(try store.overlayPiece(0, of: other) == nil)
        }
        let summary = try store.summary
        try store.expectConsistent()
        store.close()
        let again = try Store.open(directory: directory.path)
        #expect(try bytes(of: key(1, 100), in: again) == png)
        #expect(try again.summary == summary)
    }

    @Test func overlayOfAnotherRevision_takesTheFirstOnesPlace() throws {
        try insert(1)
        #expect(try store.insertOverlay(noise(900, seed: 1), as: key(1)))
        let large = try store.summary.bytes
        #expect(try store.insertOverlay(noise(100, seed: 2), as: key(1, revision: 2)))
        #expect(try bytes(of: key(1)) == nil)
        #expect(try bytes(of: key(1, revision: 2)) == noise(100, seed: 2))
        #expect(try store.summary.bytes == large - 800)
        try store.expectConsistent()
    }

    @Test func overlaysWithAndWithoutOutlines_areKeptSideBySide() throws {
        try insert(1)
        #expect(try store.insertOverlay(noise(900, seed: 1), as: key(1, 100)))
        #expect(try bytes(of: key(1, 100, outline: false)) == nil)
        #expect(try store.insertOverlay(noise(700, seed: 2), as: key(1, 100, outline: false)))
        #expect(try bytes(of: key(1, 100)) == noise(900, seed: 1))
        #expect(try bytes(of: key(1, 100, outline: false)) == noise(700, seed: 2))
        try store.expectConsistent()
    }

    /// As the fifth migration left them.
    @Test func overlaysOfAnOldStore_go_andTakeTheirBytesAlong() throws {
        let old = try TemporaryDirectory()
        try OldDatabase.make(in: old, upTo: "5 overlays") { old in
            let mask = try old.mask(1)
            try old.db.execute(
                sql: """
                    INSERT INTO maskMark SELECT number, '', 0, 0 FROM mask;
                    INSERT INTO imageOwner SELECT number, '' FROM image;
                    """)
            try old.db.execute(
                sql: "INSERT INTO overlay (mask, width, revision, length, bytes) VALUES (?, 0, 1, 3, 515)",
                arguments: [mask])
            try old.db.execute(
                sql: "INSERT INTO overlayPiece (overlay, position, png) VALUES (?, 0, x'010203')",
                arguments: [old.db.lastInsertedRowID])
        }
        let store = try Store.open(directory: old.path)
        try store.expectConsistent()
        #expect(try store.overlayLength(key(1)) == nil)
        #expect(try store.rows("SELECT * FROM overlayPiece").isEmpty)
        #expect(try store.insertOverlay(noise(10, seed: 1), as: key(1)))
        #expect(try bytes(of: key(1), in: store) == noise(10, seed: 1))
        try store.expectConsistent()
    }

    @Test func fifthOverlayOfAMask_takesTheOldestOnesPlace() throws {
        try insert(1, 2)
        #expect(try store.insertOverlay(noise(10, seed: 9), as: key(2)))
        for width in [30, 10, 20, 40, 50] {
            #expect(try store.insertOverlay(noise(10, seed: width), as: key(1, width)))
        }
        #expect(try bytes(of: key(1, 30)) == nil)
        for width in [10, 20, 40, 50] { #expect(try bytes(of: key(1, width)) == noise(10, seed: width)) }
        // One that is there already takes only its own.
        #expect(try store.insertOverlay(noise(10, seed: 10), as: key(1, 10)))
        for width in [10, 20, 40, 50] { #expect(try bytes(of: key(1, width)) != nil) }
        #expect(try bytes(of: key(2)) != nil)
        try store.expectConsistent()
    }

    @Test func overlay_goesWithItsMask() throws {
        let limit = 100_000
        let small = try Store.openTemporary(limitBytes: limit)
        try insert(1, into: small)
        let empty = try small.summary.bytes
        #expect(try small.insertOverlay(noise(5000, seed: 1), as: key(1)))
        // Uses the whole limit.
        try small.insert(.make(id: 2, pngBytes: limit - empty - 1500), imageBytes: imageBytes(2))
        #expect(try small.mask(.make(1)) == nil)
        #expect(try small.overlayLength(key(1)) == nil)
        #expect(try small.rows("SELECT * FROM overlayPiece").isEmpty)
        try small.expectConsistent()
        #expect(try !small.insertOverlay(noise(10, seed: 1), as: key(1)))
    }

    /// Whoever may only read must not push out masks.
    @Test func overlays_takeTheirShareOfTheLimit_andNoMore() throws {
        let limit = 1_000_000
        let small = try Store.openTemporary(limitBytes: limit)
        for id in 1...20 { try insert(id, into: small) }
        let share = limit / Store.overlayShare
        #expect(try !small.insertOverlay(noise(share, seed: 1), as: key(1)))
        for id in 1...20 { #expect(try small.insertOverlay(noise(share / 5, seed: id), as: key(id))) }
        #expect(try small.summary.masks == 20)
        let kept = try (1...20).filter { try small.overlayLength(key($0)) != nil }
        #expect(kept == [17, 18, 19, 20])
        try small.expectConsistent()
    }

    @Test func overlayThatJobsLeaveNoRoomFor_isNotKept() throws {
        let small = try Store.openTemporary(limitBytes: 40_000)
        _ = try small.submittedWithImages(Array(1...5))
        try small.completeAll()
        try small.connections.write { try $0.execute(sql: "UPDATE usage SET bytes = 39990") }
        let id = try #require(small.strings("SELECT mask FROM jobItem").first.flatMap(MaskID.init(rawValue:)))
        let wanted = OverlayKey(mask: id, width: nil, revision: 1)
        #expect(throws: StoreError.full(limit: 40_000)) { try small.insertOverlay(noise(100, seed: 1), as: wanted) }
        #expect(try small.overlayLength(wanted) == nil)
    }
}
