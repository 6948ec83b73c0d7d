import Synchronization
import Testing

@testable import Server

@Test func slots_stayWithinTheDescriptors() {
    let slots = ConnectionSlots(limits: ServerLimits(), descriptorLimit: 64)
    #expect(slots.served == 24 && slots.refused == 8)
    #expect(ConnectionSlots(limits: ServerLimits(), descriptorLimit: 1 << 20).served == 4096)
    #expect(ConnectionSlots(limits: ServerLimits(), descriptorLimit: 16).served == 1)
}

@Test func slots_serveThenLimitThenHaveNoRoom() {
    var limits = ServerLimits()
    limits.connections = 1
    limits.refusals = 1
    let slots = ConnectionSlots(limits: limits, descriptorLimit: 1024)
    let (served, limited) = (
        ConnectionSlots.Place(isServed: true, client: nil), ConnectionSlots.Place(isServed: false, client: nil)
    )
    #expect(slots.take(for: nil) == .serve(served))
    #expect(slots.hasRoom)
    #expect(slots.take(for: nil) == .limit(limited, .full))
    #expect(!slots.hasRoom)
    #expect(slots.release(limited) == (1, true))
    #expect(slots.release(served) == (0, false))
}

@Test func oneAddress_hasItsShareOfThePlaces_andOfThoseBeyond() {
    var limits = ServerLimits()
    limits.connections = 100
    limits.refusals = 4
    limits.clientConnections = 2
    let slots = ConnectionSlots(limits: limits, descriptorLimit: 1024)
    let (one, other) = (ClientKey.address([127, 0, 0, 2]), ClientKey.address([127, 0, 0, 3]))
    let place = ConnectionSlots.Place(isServed: true, client: one)
    let further = ConnectionSlots.Place(isServed: false, client: one)
    for _ in 0..<2 { #expect(slots.take(for: one) == .serve(place)) }
    for _ in 0..<2 { #expect(slots.take(for: one) == .limit(further, .share)) }
    #expect(slots.take(for: one) == .drop(.share))
    #expect(slots.take(for: other) == .serve(.init(isServed: true, client: other)))
    // A trusted proxy speaks for many.
    for _ in 0..<10 { #expect(slots.take(for: nil) == .serve(.init(isServed: true, client: nil))) }
    _ = slots.release(place)
    #expect(slots.take(for: one) == .serve(place))
    _ = slots.release(further)
    #expect(slots.take(for: one) == .limit(further, .share))
}

@Test func oneAddress_mayHaveAQuarterOfThePlaces_unlessThereAreFew() {
    #expect(ConnectionSlots(limits: ServerLimits(), descriptorLimit: 1 << 20).clientServed == 1024)
    #expect(ConnectionSlots(limits: ServerLimits(), descriptorLimit: 100).clientServed == 64)
}

@Test func places_areOfAllAndOfEachClient() {
    let places = ClientPlaces(limit: 3, clientLimit: 2)
    let (one, other) = (ClientKey.token("one"), ClientKey.token("other"))
    #expect(places.take(for: one) == nil && places.take(for: one) == nil)
    #expect(places.take(for: one) == .share)
    #expect(places.take(for: other) == nil)
    #expect(places.take(for: other) == .full)
    places.release(one)
    #expect(places.take(for: other) == nil)
    #expect(places.count == 3)
}

@Test func onceReply_deliversTheFirstValueOnly() {
    let delivered = Mutex<[Int]>([])
    let repeats = Mutex(0)
    let make = {
        OnceReply(
            fallback: -1, onRepeat: { repeats.withLock { $0 += 1 } },
            deliver: { value in delivered.withLock { $0.append(value) } })
    }
    let used = make()
    used(1)
    used(2)
    _ = make()
    withExtendedLifetime(used) {}
    #expect(delivered.withLock { $0 } == [1, -1])
    #expect(repeats.withLock { $0 } == 1)
}
