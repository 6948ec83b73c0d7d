import Foundation

/// A private authority, a certificate of its for `localhost`, and a TLS server with that certificate in front of another
/// server. Stops when it is released.
final class TLSFront {
    let port: UInt16
    /// PEM
    let authority: String
    private let directory: TemporaryDirectory
    private let process: RunningProcess

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Whether there is what it takes.
    static func isPossible() -> Bool {
        [["openssl", "version"], ["python3", "-c", "import ssl"]].allSatisfy { command in
            (try? RunningProcess(command).wait()) == .exited(0)
        }
    }

    /// - Parameter server: `http://127.0.0.1:PORT`
    init(_ server: String) throws {
        directory = try TemporaryDirectory()
        authority = directory.path("authority.pem")
        let (key, request, certificate) = (
            directory.path("key"), directory.path("request"), directory.path("certificate")
        )
        let extensions = try directory.write("subjectAltName=DNS:localhost\n", "extensions")
        try TLSFront.openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", directory.path("authority.key"), "-out",
            authority,
            "-subj", "/CN=Private authority", "-days", "2")
        try TLSFront.openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", "/CN=localhost")
        try TLSFront.openssl(
            "x509", "-req", "-in", request, "-CA", authority, "-CAkey", directory.path("authority.key"),
            "-CAcreateserial",
            "-out", certificate, "-days", "2", "-extfile", extensions)
        process = try RunningProcess(
            [
                "python3", "-u", "-c", TLSFront.program, certificate, key,
                String(server.split(separator: ":").last ?? ""),
            ])
        guard let line = process.output.line(with: "port "), let port = UInt16(line.dropFirst(5)) else {
            throw Failure(description: process.errors.text)
        }
        self.port = port
    }

    private static func openssl(_ arguments: String...) throws {
        let process = try RunningProcess(["openssl"] + arguments)
        guard try process.wait() == .exited(0) else { throw Failure(description: process.errors.text) }
    }

    private static let program = """
        import socket, ssl, sys, threading
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])

        def pump(source, sink):
            try:
                while data := source.recv(65536):
                    sink.sendall(data)
                sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass

        def serve(client):
            try:
                with context.wrap_socket(client, server_side=True) as inside:
                    with socket.create_connection(("127.0.0.1", int(sys.argv[3]))) as server:
                        threading.Thread(target=pump, args=(inside, server), daemon=True).start()
                        pump(server, inside)
            except OSError:
                pass

        listener = socket.create_server(("127.0.0.1", 0))
        print("port", listener.getsockname()[1])
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """
}
