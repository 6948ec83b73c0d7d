import Testing

@testable import Server

@Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3", "10.1.2.3", true),
    ("10.1.2.3", "10.1.2.4", false), ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "::1", false),
    ("10.128.0.0/9", "10.127.0.1", false), ("10.128.0.0/9", "10.200.0.1", true),
    ("2001:db8::/32", "2001:db8:1::", true),
    ("2001:db8::/32", "2001:db9::", false), ("::1", "::1", true), ("127.0.0.1", "::ffff:127.0.0.1", true),
])
func network_holdsTheAddressesThatBeginAlike(_ network: String, _ address: String, _ expected: Bool) throws {
    #expect(try #require(IPNetwork(network)).contains(try #require(IPAddress(address))) == expected)
}

@Test(arguments: [
    "", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "10.0.0.0/", "::/129", "example.org", "[::1]",
])
func network_thatIsNone_isRefused(_ text: String) {
    #expect(IPNetwork(text) == nil)
}

/// What a server behind `10.0.0.0/8` takes for its client.
private func forwarded(_ peer: String, _ fields: String) throws -> RequestHead {
    var head = try head("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
    head.peer = try SocketAddress(host: peer, port: 1)
    head.client.address = peer
    TrustedProxies([try #require(IPNetwork("10.0.0.0/8")), try #require(IPNetwork("::1"))]).apply(to: &head)
    return head
}

@Test(arguments: [
    ("10.0.0.1", "X-Forwarded-For: 1.2.3.4\r\n", "1.2.3.4"),
    ("10.0.0.1", "X-Forwarded-For: 9.9.9.9, 1.2.3.4\r\n", "1.2.3.4"),
    ("10.0.0.1", "X-Forwarded-For: 9.9.9.9, 1.2.3.4, 10.7.7.7\r\n", "1.2.3.4"),
    ("10.0.0.1", "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: 1.2.3.4 , 10.7.7.7\r\n", "1.2.3.4"),
    ("10.0.0.1", "X-Forwarded-For: 10.9.9.9, 10.8.8.8\r\n", "10.9.9.9"),
    ("10.0.0.1", "X-Forwarded-For: 9.9.9.9, unknown\r\n", "10.0.0.1"),
    ("10.0.0.1", "X-Forwarded-For: 9.9.9.9, x, 10.8.8.8\r\n", "10.8.8.8"),
    ("10.0.0.1", "X-Forwarded-For: 1.2.3.4:567\r\n", "1.2.3.4"),
    ("::1", "X-Forwarded-For: [2001:db8::1]:567\r\n", "2001:db8::1"),
    ("::1", "X-Forwarded-For: 2001:db8::1\r\n", "2001:db8::1"),
    ("10.0.0.1", "", "10.0.0.1"), ("10.0.0.1", "X-Forwarded-For:\r\n", "10.0.0.1"),
    ("11.0.0.1", "X-Forwarded-For: 1.2.3.4\r\n", "11.0.0.1"),
])
func forwardedFor_isTheLastUntrustedOfTheChain_fromTrustedPeersOnly(
    _ peer: String, _ fields: String, _ expected: String
) throws {
    #expect(try forwarded(peer, fields).client.address == expected)
}

@Test func forwardedHostAndScheme_areTakenFromTrustedPeersOnly() throws {
    let fields = "X-Forwarded-Host: label.example\r\nX-Forwarded-Proto: https\r\n"
    let trusted = try forwarded("10.0.0.1", fields)
    #expect(trusted.authority == "label.example" && trusted.scheme == "https")
    let other = try forwarded("9.0.0.1", fields)
    #expect(other.authority == "a" && other.scheme == "http")
    let odd = try forwarded("10.0.0.1", "X-Forwarded-Host: a b\r\nX-Forwarded-Proto: gopher\r\n")
    #expect(odd.authority == "a" && odd.scheme == "http")
}

@Test func loopback_isWhatOnlyThisMachineReaches() throws {
    for host in ["127.0.0.1", "127.8.0.1", "::1", "localhost"] {
        #expect(try SocketAddress(host: host, port: 0).isLoopback)
    }
    for host in ["0.0.0.0", "::", "10.0.0.1", "fe80::1"] {
        #expect(try !SocketAddress(host: host, port: 0).isLoopback)
    }
}

@Test func hosts_areAddresses_localhost_andThoseNamed() throws {
    let allowed = try AllowedHosts(["Label.example", "other.example:8443"])
    for authority in [
        "localhost", "LOCALHOST:1", "127.0.0.1:8080", "[::1]", "[::1]:80", "[0:0::1]", "127.0.0.5", "label.example",
        "label.example.:443", "other.example:8443", "127.0.0.2", "192.0.2.7:8080", "[::2]", "192.0.2.7.",
    ] { #expect(allowed.contains(authority), "\(authority)") }
    for authority in [
        "evil.example", "other.example", "other.example:443", "localhost.evil.example", "127.0.0.1.evil.example",
        // Some browsers write addresses so, others look them up as names.
        "127.1", "0x7f000001", "2130706433",
    ] { #expect(!allowed.contains(authority), "\(authority)") }
    #expect(throws: InvalidHost.self) { try AllowedHosts(["http://a"]) }
}
