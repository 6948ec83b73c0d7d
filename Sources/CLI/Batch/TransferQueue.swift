import Foundation
import Server

/// What the connections have to do. Uploads get up to half of them first, so that the server has work while masks come
/// back, and all of them when there are no masks to fetch.
///
/// `@unchecked Sendable`: the mutable state is only touched with `condition` locked.
final class TransferQueue: @unchecked Sendable {
    enum Transfer: Equatable, Sendable {
        case upload(sha256: String)
        /// An image's place in the set, and its mask's id.
        case download(Int, mask: String)
    }

    private let condition = NSCondition()
    private let uploadShare: Int
    private var uploads = FIFO<Transfer>()
    private var downloads = FIFO<Transfer>()
    private var running = (uploads: 0, downloads: 0)
    private var isClosed = false

    init(connections: Int) {
        uploadShare = max(1, connections / 2)
    }

    func add(_ transfers: [Transfer]) {
        condition.withLock {
            for transfer in transfers {
                if case .upload = transfer { uploads.append(transfer) } else { downloads.append(transfer) }
            }
            condition.broadcast()
        }
    }

    /// Blocks until there is something to do; nil when the queue was closed.
    func next() -> Transfer? {
        condition.withLock {
            while !isClosed {
                if running.uploads < uploadShare || downloads.isEmpty, let upload = uploads.popFirst() {
                    running.uploads += 1
                    return upload
                }
                if let download = downloads.popFirst() {
                    running.downloads += 1
                    return download
                }
                condition.wait()
            }
            return nil
        }
    }

    /// To be called once for each transfer that `next` gave.
    func finish(_ transfer: Transfer) {
        condition.withLock {
            if case .upload = transfer { running.uploads -= 1 } else { running.downloads -= 1 }
        }
    }

    /// Images not yet uploaded, and masks not yet fetched.
    var left: (uploads: Int, downloads: Int) {
        condition.withLock { (uploads.count + running.uploads, downloads.count + running.downloads) }
    }

    /// What is running goes on; nothing more is given out.
    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }
}
