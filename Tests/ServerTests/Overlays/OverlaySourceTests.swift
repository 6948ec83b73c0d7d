import Dispatch
import Foundation
import Logging
import Store
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite struct OverlaySourceTests {
    private let engine = StubEngine()
    private let server: RouteServer
    private let key: OverlayKey
    private let png = Data((0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })

    init() throws {
        server = try RouteServer.make(engine: engine)
        let mask: MaskAnswer = try server.client().postMask().document()
        key = OverlayKey(mask: try maskID(mask.id), width: nil, revision: 1)
        #expect(try server.store.insertOverlay(png, as: key))
    }

    private func source() -> ResultSource {
        ResultSource(
            OverlayPieces(key, store: server.store), range: 0..<png.count, pool: server.service.reads, client: .others,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func next(_ source: ResultSource) -> BodyChunk {
        let result = Mutex<BodyChunk>(.failed)
        let done = DispatchSemaphore(value: 0)
        source.next { chunk in
            result.withLock { $0 = chunk }
            done.signal()
        }
        done.wait()
        return result.withLock { $0 }
    }

    @Test func pieces_areSmall_andTogetherTheWhole() throws {
        let source = source()
        var sent = Data()
        while sent.count < png.count {
            guard case .bytes(let piece) = next(source) else { break }
            #expect(piece.count <= 256 << 10)
            sent += piece
        }
        #expect(sent == png)
    }

    @Test func overlayThatGoesMeanwhile_breaksOff() throws {
        let source = source()
        #expect(next(source) == .bytes(png.prefix(256 << 10)))
        try server.store.execute("DELETE FROM overlay")
        #expect(next(source) == .failed)
    }

    @Test func clientThatHasGone_costsNothingMore() {
        let source = source()
        source.finish()
        #expect(next(source) == .end)
    }
}
