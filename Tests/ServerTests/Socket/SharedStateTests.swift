import Synchronization
import Testing

@testable import Server

@Test func slots_stayWithinTheDescriptors() {
    let slots = ConnectionSlots(limits: ServerLimits(), descriptorLimit: 64)
    #expect(slots.served == 24 && slots.refused == 8)
    #expect(ConnectionSlots(limits: ServerLimits(), descriptorLimit: 1 << 20).served == 4096)
    #expect(ConnectionSlots(limits: ServerLimits(), descriptorLimit: 16).served == 1)
}

@Test func slots_serveThenRefuseThenHaveNoRoom() {
    var limits = ServerLimits()
    limits.connections = 1
    limits.refusals = 1
    let slots = ConnectionSlots(limits: limits, descriptorLimit: 1024)
    #expect(slots.take() == .serve)
    #expect(slots.hasRoom)
    #expect(slots.take() == .refuse)
    #expect(!slots.hasRoom)
    #expect(slots.release() == (1, true))
    #expect(slots.release() == (0, false))
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

@Test func bodyBudget_refusesGrowthBeyondItsLimit_untilSomeIsGivenBack() {
    let budget = BodyBudget(limit: 10)
    #expect(budget.change(by: 10))
    #expect(!budget.change(by: 1))
    #expect(budget.change(by: -5))
    #expect(budget.change(by: 4))
}
