import Foundation

/// A piece of a result: its length is known before its bytes are made, so that a resumed download skips it unread.
struct ResultPart {
    let length: Int
    /// - Throws: `ResultChanged` when the bytes cannot be made any more.
    let bytes: () throws -> Data

    init(length: Int, bytes: @escaping () throws -> Data) {
        self.length = length
        self.bytes = bytes
    }

    init(_ data: Data) {
        self.init(length: data.count) { data }
    }
}

/// What is being sent is not there any more: the job was purged or retried, or the overlay evicted. The download breaks
/// off.
struct ResultChanged: Error, CustomStringConvertible {
    var description: String { "it was purged, retried or evicted while it was sent" }
}

/// The pieces of a result one after the other; each is asked for when the one before has been sent.
protocol ResultParts: AnyObject {
    /// Called from one thread at a time. Several at once where they are small; empty at the end.
    func nextParts() throws -> [ResultPart]
}
