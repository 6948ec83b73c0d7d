import Foundation

/// Bytes on their way to the kernel, in order.
struct SendQueue {
    private var pieces: [Data] = []
    /// Bytes of the first piece that went already.
    private var offset = 0

    var isEmpty: Bool { pieces.isEmpty }

    mutating func append(_ data: Data) {
        if !data.isEmpty { pieces.append(data) }
    }

    mutating func removeAll() {
        pieces.removeAll()
        offset = 0
    }

    enum Progress: Equatable {
        case flushed
        case blocked(wrote: Bool)
        case failed(Int32)
    }

    /// Gives the kernel what it takes without blocking.
    mutating func write(to descriptor: Int32) -> Progress {
        var wrote = false
        while let piece = pieces.first {
            let result = piece.withUnsafeBytes { raw in
                Descriptor.write(descriptor, UnsafeRawBufferPointer(rebasing: raw[offset...]))
            }
            switch result {
            case .bytes(let count):
                wrote = true
                offset += count
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
