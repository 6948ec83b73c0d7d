import Foundation
import Store

/// A stored overlay in the pieces in which it is kept: takes the memory of one, however slowly the client reads. Whoever
/// sends it knows its length, and asks for no piece after the last.
final class OverlayPieces: ResultParts {
    private let key: OverlayKey
    private let store: Store
    /// Of the next piece.
    private var position = 0

    init(_ key: OverlayKey, store: Store) {
        self.key = key
        self.store = store
    }

    func nextParts() throws -> [ResultPart] {
        guard let piece = try store.overlayPiece(position, of: key) else { throw ResultChanged() }
        position += 1
        return [ResultPart(piece)]
    }
}
