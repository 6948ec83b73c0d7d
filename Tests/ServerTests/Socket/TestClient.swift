import Foundation

@testable import Server

/// A blocking client on a raw socket, which sends exactly the bytes it is told to. Reading fails after 20 seconds, so
/// that a server that does nothing fails a test instead of hanging it.
final class TestClient {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    struct Answer {
        let status: Int
        let head: String
        let body: Data
        var text: String { String(decoding: body, as: UTF8.self) }

        /// Value of the first field with this name (in the server's spelling).
        func field(_ name: String) -> String? {
            head.components(separatedBy: "\r\n").first { $0.hasPrefix("\(name): ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }
    }

    private var descriptor: Int32
    private var received = Data()

    /// - Parameter receiveBuffer: bytes the kernel may hold for this client; nil leaves it to the kernel.
    init(_ address: SocketAddress, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(address.isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if let receiveBuffer { Descriptor.setOption(descriptor, SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
        Descriptor.setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        guard address.withSockaddr({ connect(descriptor, $0, $1) }) == 0 else {
            let code = errno
            close()
            throw SocketError.system(call: "connect", code: code)
        }
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Closes with a reset.
    func reset() {
        Descriptor.resetOnClose(descriptor)
        close()
    }

    func closeWrite() { shutdown(descriptor, Int32(SHUT_WR)) }

    func send(_ text: String) throws { try send(Data(text.utf8)) }

    func send(_ data: Data) throws {
        var rest = data
        while !rest.isEmpty {
            switch rest.withUnsafeBytes({ Descriptor.write(descriptor, $0) }) {
            case .bytes(let count): rest = rest.dropFirst(count)
            case let other: throw Failure(description: "sending failed: \(other)")
            }
        }
    }

    /// Reads one response; the body by Content-Length, chunked or up to the end.
    func answer(toHEAD: Bool = false) throws -> Answer {
        let head = String(decoding: try take(through: Data("\r\n\r\n".utf8)), as: UTF8.self)
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let answer = Answer(status: status, head: head, body: Data())
        if toHEAD || status < 200 || status == 204 { return answer }
        let body: Data
        if let length = answer.field("Content-Length").flatMap({ Int($0) }) {
            body = try take(length)
        } else if answer.field("Transfer-Encoding") == "chunked" {
            body = try takeChunks()
        } else {
            body = try rest()
        }
        return Answer(status: status, head: head, body: body)
    }

    func request(_ text: String) throws -> Answer {
        try send(text)
        return try answer()
    }

    func get(_ path: String) throws -> Answer { try request("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n") }

    /// Everything up to the end of the connection.
    func rest() throws -> Data {
        while try fill() {}
        defer { received = Data() }
        return received
    }

    /// Reads what is there, at least one byte; empty at the end of the connection.
    func some() throws -> Data {
        if received.isEmpty { _ = try fill() }
        defer { received = Data() }
        return received
    }

    private func takeChunks() throws -> Data {
        var body = Data()
        while true {
            let line = try take(through: Data("\r\n".utf8)).dropLast(2)
            let size = Int(String(decoding: line, as: UTF8.self), radix: 16) ?? 0
            let chunk = try take(size + 2).dropLast(2)
            if size == 0 { return body }
            body.append(chunk)
        }
    }

    private func take(through delimiter: Data) throws -> Data {
        while true {
            if let range = received.range(of: delimiter) { return try take(range.upperBound - received.startIndex) }
            guard try fill() else { throw Failure(description: "the connection ended in the middle of a head") }
        }
    }

    private func take(_ count: Int) throws -> Data {
        while received.count < count {
            guard try fill() else { throw Failure(description: "the connection ended in the middle of a body") }
        }
        defer { received = Data(received.dropFirst(count)) }
        return Data(received.prefix(count))
    }

    /// Reads once; false at the end of the connection.
    private func fill() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        switch buffer.withUnsafeMutableBytes({ Descriptor.read(descriptor, into: $0) }) {
        case .bytes(let count):
            received.append(contentsOf: buffer[..<count])
            return true
        case .endOfFile:
            return false
        case let other:
            throw Failure(description: "reading failed: \(other)")
        }
    }
}
