import Foundation

/// A blocking client on a raw socket, which sends exactly the bytes it is told to. Reading fails after
/// `timeoutSeconds`, so that a server that does nothing fails a test instead of hanging it.
public final class TestClient {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    public struct Answer: Sendable {
        public let status: Int
        public let head: String
        public let body: Data
        public var text: String { String(decoding: body, as: UTF8.self) }

        /// Value of the first field with this name (in the server's spelling).
        public func field(_ name: String) -> String? {
            head.components(separatedBy: "\r\n").first { $0.hasPrefix("\(name): ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }
    }

    static let timeoutSeconds = 60

    /// What must live as long as this client: its server, where that stops when it is released.
    public var server: AnyObject?
    private var descriptor: Int32
    private var received = Data()

    /// Takes over a connected socket.
    public init(descriptor: Int32) {
        self.descriptor = descriptor
        var timeout = timeval(tv_sec: TestClient.timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Connects to 127.0.0.1.
    public convenience init(port: UInt16) throws {
        let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue
        self.init(descriptor: socket(AF_INET, Int32(type), 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "connecting failed: \(String(cString: strerror(errno)))") }
    }

    deinit { close() }

    public func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Closes with a reset.
    public func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        close()
    }

    /// Closes without telling the other end, as a machine does that loses its power (TCP_REPAIR, tcp(7)).
    public func vanish() {
        _ = TestClient.setRepair(descriptor)
        close()
    }

    /// Whether this process may do so.
    public static var canVanish: Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        return setRepair(descriptor)
    }

    private static func setRepair(_ descriptor: Int32) -> Bool {
        var on: Int32 = 1
        let repair: Int32 = 19
        return setsockopt(descriptor, Int32(IPPROTO_TCP), repair, &on, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    public func closeWrite() { shutdown(descriptor, Int32(SHUT_WR)) }

    public func send(_ text: String) throws { try send(Data(text.utf8)) }

    public func send(_ data: Data) throws {
        var rest = data
        while !rest.isEmpty {
            // MSG_NOSIGNAL: a server that has gone is an error here, not a SIGPIPE.
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw Failure(description: "sending failed: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// Reads one response; the body by Content-Length, chunked or up to the end.
    public func answer(toHEAD: Bool = false) throws -> Answer {
        let head = String(decoding: try take(through: Data("\r\n\r\n".utf8)), as: UTF8.self)
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let answer = Answer(status: status, head: head, body: Data())
        if toHEAD || status < 200 || status == 204 || status == 304 { return answer }
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

    public func request(_ text: String) throws -> Answer {
        try send(text)
        return try answer()
    }

    public func get(_ path: String) throws -> Answer { try request("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n") }

    /// Everything up to the end of the connection.
    public func rest() throws -> Data {
        while try fill() {}
        defer { received = Data() }
        return received
    }

    /// Reads what is there, at least one byte; empty at the end of the connection.
    public func some() throws -> Data {
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
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count >= 0 {
                received.append(contentsOf: buffer[..<count])
                return count > 0
            }
            if errno != EINTR {
                throw Failure(description: "reading failed: \(String(cString: strerror(errno)))")
            }
        }
    }
}
