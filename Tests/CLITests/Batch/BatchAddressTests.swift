import Foundation
import TestSupport
import Testing

/// Addresses that cannot be right end the run at once, whatever the patience; those of a private authority are right where
/// it is given.
@Suite struct BatchAddressTests {
    private let run: BatchFixture

    init() throws { run = try BatchFixture(count: 2) }

    @Test func certificateOfAPrivateAuthority_isTrustedWhereItIsGiven() throws {
        guard TLSFront.isPossible() else { return print("\(#function): skipped, there is no openssl or python3") }
        let server = try FakeJobServer()
        let front = try TLSFront(server.url)
        let url = "https://localhost:\(front.port)"
        let trusted = try run.batch(url, "--cacert", front.authority)
        #expect(trusted.status == 0, "\(trusted.errors)")
        #expect(run.masks == run.pngs(run.names))

        let requests = server.requests.count
        let unknown = try run.batch(url)
        #expect(unknown.status == 4 && unknown.errors.contains("certificate"), "\(unknown.errors)")
        #expect(unknown.errors.contains("--cacert FILE"))
        // The certificate is localhost's.
        let other = try run.batch("https://127.0.0.1:\(front.port)", "--cacert", front.authority)
        #expect(other.status == 4 && other.errors.contains("check the host name"), "\(other.errors)")
        #expect(server.requests.count == requests)
    }

    @Test func unknownHost_andHTTPSAtAPortWithoutIt_endTheRunAtOnce() throws {
        let unknown = try run.batch("http://service.invalid")
        #expect(unknown.status == 4 && unknown.errors.contains("check the host name"), "\(unknown.errors)")
        let server = try FakeJobServer()
        let plain = try run.batch(server.url.replacing("http:", with: "https:"))
        #expect(plain.status == 4 && plain.errors.contains("there is no https at that port"), "\(plain.errors)")
    }

    @Test func authorities_areCheckedFirst() throws {
        let text = try run.pictures.write("no certificate", "authority.pem")
        for (file, url, part) in [
            (text, "https://localhost:1", "holds no certificate"),
            ("/nonexistent", "https://localhost:1", "does not exist"),
            (text, "http://localhost:1", "is for https"),
        ] {
            let result = try run.batch(url, "--cacert", file)
            #expect(result.status == 64 && result.errors.contains(part), "\(result.errors)")
        }
    }
}
