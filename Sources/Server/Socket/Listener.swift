import Dispatch
import Foundation
import Logging

/// A listening socket that accepts connections and hands them on. Everything except `init` runs on its own queue.
///
/// Where descriptors have run out `accept` fails without taking the connection off the kernel's queue, so the source
/// would fire again at once and for ever: then the listener gives up its spare descriptor to turn one client away,
/// pauses, and goes on by timer.
///
/// `@unchecked Sendable`: the mutable state is only touched on the serial `queue`.
final class Listener: @unchecked Sendable {
    /// Accepted before other work of the queue gets a turn.
    private static let acceptTurn = 64
    private static let exhaustionPause = DispatchTimeInterval.milliseconds(100)

    /// The address actually bound.
    let address: SocketAddress
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "server.listener")
    private let logger: Logger
    private var source: PausableSource?
    private var spare: Int32
    private var isStopped = false
    /// Descriptors ran out and none has been had since; logged once.
    private var isExhausted = false
    /// Room for one more connection; asked before each accept.
    private let hasRoom: @Sendable () -> Bool
    private let onAccept: @Sendable (Int32, SocketAddress?) -> Void

    /// Binds and listens; nothing is accepted before `start`.
    /// - Throws: `SocketError`, for example when the port is taken.
    init(
        _ requested: SocketAddress, backlog: Int, logger: Logger, hasRoom: @escaping @Sendable () -> Bool,
        onAccept: @escaping @Sendable (Int32, SocketAddress?) -> Void
    ) throws {
        (descriptor, address) = try Self.listen(requested, backlog: backlog)
        self.logger = logger
        self.hasRoom = hasRoom
        self.onAccept = onAccept
        spare = Self.openSpare()
    }

    func start() {
        queue.async { [self] in
            source = PausableSource(
                DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue),
                onEvent: { [weak self] in self?.acceptAvailable() }, onCancel: { self.closeDescriptors() })
        }
    }

    /// Refuses new connections from now on; those still in the kernel's queue are reset. Returns when the last
    /// accepted one has been handed on.
    func stop() {
        queue.sync {
            guard !isStopped else { return }
            isStopped = true
            // Clients are refused from here on, not only once the cancel handler has closed the descriptor.
            shutdown(descriptor, Int32(SHUT_RDWR))
            source?.cancel()
        }
    }

    /// Goes on accepting after `hasRoom` was false.
    func resume() {
        queue.async { [self] in source?.resume() }
    }

    private func acceptAvailable() {
        for _ in 0..<Self.acceptTurn where !isStopped {
            guard hasRoom() else {
                source?.pause()
                // Room may have come between the question and the pause.
                if hasRoom() { source?.resume() }
                return
            }
            let (accepted, peer) = Self.accept(descriptor)
            if accepted >= 0 {
                isExhausted = false
                onAccept(accepted, peer)
                continue
            }
            switch accepted {
            case -EAGAIN: return
            case -EMFILE, -ENFILE, -ENOBUFS, -ENOMEM: return pauseForDescriptors(-accepted)
            default: continue  // The client gave up before it was accepted (ECONNABORTED and the like).
            }
        }
    }

    private func pauseForDescriptors(_ code: Int32) {
        if !isExhausted {
            isExhausted = true
            logger.warning("cannot accept connections for now: \(String(cString: strerror(code)))")
        }
        if spare >= 0 {
            Glibc.close(spare)
            let (accepted, _) = Self.accept(descriptor)
            if accepted >= 0 { Glibc.close(accepted) }
        }
        spare = Self.openSpare()
        source?.pause()
        queue.asyncAfter(deadline: .now() + Self.exhaustionPause) { [weak self] in self?.source?.resume() }
    }

    private func closeDescriptors() {
        Glibc.close(descriptor)
        if spare >= 0 { Glibc.close(spare) }
        spare = -1
        source = nil
    }

    // MARK: - System calls

    private static func openSpare() -> Int32 { open("/dev/null", O_RDONLY | O_CLOEXEC) }

    /// - Returns: the connection's descriptor, non-blocking, or the negated `errno`.
    private static func accept(_ descriptor: Int32) -> (Int32, SocketAddress?) {
        while true {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let accepted = withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.accept(descriptor, $0, &length)
                }
            }
            if accepted >= 0 {
                _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
                _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                return (accepted, SocketAddress(storage))
            }
            if errno != EINTR { return (-errno, nil) }
        }
    }

    private static func listen(_ requested: SocketAddress, backlog: Int) throws -> (Int32, SocketAddress) {
        let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = socket(requested.isIPv6 ? AF_INET6 : AF_INET, Int32(type), 0)
        guard descriptor >= 0 else { throw SocketError.system(call: "socket", code: errno) }
        do {
            Descriptor.setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            if requested.isIPv6 { Descriptor.setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
            guard requested.withSockaddr({ bind(descriptor, $0, $1) }) == 0 else {
                throw SocketError.system(call: "binding to \(requested)", code: errno)
            }
            guard Glibc.listen(descriptor, Int32(clamping: backlog)) == 0 else {
                throw SocketError.system(call: "listening on \(requested)", code: errno)
            }
            return (descriptor, try boundAddress(descriptor))
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    private static func boundAddress(_ descriptor: Int32) throws -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0, let address = SocketAddress(storage) else {
            throw SocketError.system(call: "getsockname", code: errno)
        }
        return address
    }
}
