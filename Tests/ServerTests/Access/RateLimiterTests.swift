import Testing

@testable import Server

private func client(_ token: String? = nil, _ address: String? = nil) -> ClientIdentity {
    ClientIdentity(token: token, address: address)
}

@Test func bucket_givesItsBurst_thenItsRate() {
    let limiter = RateLimiter(rate: 2, burst: 3)
    var now = ContinuousClock.now
    for _ in 0..<3 { #expect(limiter.take(client("a"), now: now) == nil) }
    #expect(limiter.take(client("a"), now: now) == .milliseconds(500))
    now += .milliseconds(250)
    #expect(limiter.take(client("a"), now: now) == .milliseconds(250))
    now += .milliseconds(250)
    #expect(limiter.take(client("a"), now: now) == nil)
    #expect(limiter.take(client("a"), now: now) != nil)
    // However long it waits, no more than the burst.
    now += .seconds(3600)
    for _ in 0..<3 { #expect(limiter.take(client("a"), now: now) == nil) }
    #expect(limiter.take(client("a"), now: now) != nil)
}

@Test func clients_haveBucketsOfTheirOwn() {
    let limiter = RateLimiter(rate: 1, burst: 1)
    let now = ContinuousClock.now
    for one in [client("a", "1.2.3.4"), client("b", "1.2.3.4"), client(nil, "1.2.3.4"), client(nil, "1.2.3.5")] {
        #expect(limiter.take(one, now: now) == nil)
        #expect(limiter.take(one, now: now) != nil)
    }
    // A token is the same client wherever it comes from; an IPv6 network is one client.
    #expect(limiter.take(client("a", "9.9.9.9"), now: now) != nil)
    #expect(limiter.take(client(nil, "2001:db8:0:1::1"), now: now) == nil)
    #expect(limiter.take(client(nil, "2001:db8:0:1:f::2"), now: now) != nil)
    #expect(limiter.take(client(nil, "2001:db8:0:2::1"), now: now) == nil)
}

@Test func table_isBounded_andForgetsWhoHasWaited() {
    let limiter = RateLimiter(rate: 1, burst: 1, maximumClients: 4)
    var now = ContinuousClock.now
    for index in 0..<4 { #expect(limiter.take(client(nil, "10.0.0.\(index)"), now: now) == nil) }
    // The rest share one bucket.
    #expect(limiter.take(client(nil, "10.0.0.5"), now: now) == nil)
    #expect(limiter.take(client(nil, "10.0.0.6"), now: now) != nil)
    for index in 0..<100 { _ = limiter.take(client(nil, "10.0.1.\(index)"), now: now) }
    #expect(limiter.clientCount == 5)
    now += .seconds(2)
    #expect(limiter.take(client(nil, "10.0.0.6"), now: now) == nil)
    #expect(limiter.clientCount == 1)
}
