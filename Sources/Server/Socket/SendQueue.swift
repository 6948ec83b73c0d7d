import Foundation

/// Bytes on their way to the kernel, in order.
struct SendQueue {
    /// Bytes written for one connection before the others of its lane get a turn; one call may go beyond it.
    private static let turn = 1 << 20

    private var pieces: [Data] = []
    /// Bytes of the first piece that went already.
    private var offset = 0
    /// Bytes that wait.
    private(set) var count = 0

    var isEmpty: Bool { pieces.isEmpty }

    mutating func append(_ data: Data) {
        guard !data.isEmpty else { return }
        pieces.append(data)
        count += data.count
    }

    mutating func removeAll() {
        pieces.removeAll()
        offset = 0
        count = 0
    }

    enum Progress: Equatable {
        case flushed
        /// The kernel took so many bytes, and no more.
        case blocked(wrote: Int)
        /// The kernel would perhaps take more.
        case turnOver
        case failed(Int32)
    }

    /// Gives the kernel what it takes without blocking.
    mutating func write(to descriptor: Int32) -> Progress {
        var wrote = 0
        while let piece = pieces.first {
            guard wrote < Self.turn else { return .turnOver }
            let result = piece.withUnsafeBytes { raw in
                Descriptor.write(descriptor, UnsafeRawBufferPointer(rebasing: raw[offset...]))
            }
            switch result {
            case .bytes(let taken):
                wrote += taken
                count -= taken
                offset += taken
                if offset == piece.count {
                    pieces.removeFirst()
                    offset = 0
                }
            case .wouldBlock, .endOfFile:
                return .blocked(wrote: wrote)
            case .failed(let code):
                return .failed(code)
            }
        }
        return .flushed
    }
}
