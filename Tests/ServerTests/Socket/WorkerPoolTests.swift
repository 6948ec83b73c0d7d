import Foundation
import Synchronization
import Testing

@testable import Server

@Test func jobs_runInOrderOnOneThread() {
    let pool = WorkerPool(threads: 1, capacity: 100, name: "test")
    let order = Mutex<[Int]>([])
    for index in 0..<100 {
        while pool.submit({ order.withLock { $0.append(index) } }) != .taken {}
    }
    pool.shutdown()
    #expect(order.withLock { $0 } == Array(0..<100))
}

@Test func fullQueue_refusesJobs_andTakesThemAgainLater() {
    let pool = WorkerPool(threads: 1, capacity: 2, name: "test")
    let started = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)
    let ran = Mutex(0)
    #expect(pool.submit({ started.signal(); gate.wait() }) == .taken)
    started.wait()
    #expect(pool.running == 1 && pool.depth == 0)
    #expect(pool.submit({ ran.withLock { $0 += 1 } }) == .taken)
    #expect(pool.submit({ ran.withLock { $0 += 1 } }) == .taken)
    #expect(pool.depth == 2)
    #expect(pool.submit({ ran.withLock { $0 += 100 } }) == .full)
    gate.signal()
    pool.shutdown()
    #expect(ran.withLock { $0 } == 2)
    #expect(pool.depth == 0 && pool.running == 0)
    #expect(pool.submit({}) == .full)
}

@Test func droppedQueue_isNotWorkedOff() {
    let pool = WorkerPool(threads: 1, capacity: 2, name: "test")
    let started = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)
    let ran = Mutex(0)
    #expect(pool.submit({ started.signal(); gate.wait(); ran.withLock { $0 += 1 } }) == .taken)
    started.wait()
    #expect(pool.submit({ ran.withLock { $0 += 100 } }) == .taken)
    Thread { pool.shutdown(droppingQueue: true) }.start()
    // The job at work goes on only once the one behind it is gone.
    while pool.depth > 0 {}
    gate.signal()
    pool.shutdown()
    #expect(ran.withLock { $0 } == 1)
}

@Test func threads_workAtTheSameTime() {
    let pool = WorkerPool(threads: 3, capacity: 3, name: "test")
    let arrived = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)
    for _ in 0..<3 { #expect(pool.submit({ arrived.signal(); gate.wait() }) == .taken) }
    for _ in 0..<3 { arrived.wait() }
    #expect(pool.running == 3)
    for _ in 0..<3 { gate.signal() }
    pool.shutdown()
}

@Test func oneClient_getsNoMorePlacesThanItsShare_andOthersStillGetTheirs() {
    let pool = WorkerPool(threads: 1, capacity: 4, clientCapacity: 3, name: "test")
    let started = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)
    #expect(pool.submit(for: .token("greedy"), { started.signal(); gate.wait() }) == .taken)
    started.wait()
    for _ in 0..<3 { #expect(pool.submit(for: .token("greedy"), {}) == .taken) }
    #expect(pool.submit(for: .token("greedy"), {}) == .clientFull)
    #expect(pool.submit(for: .token("modest"), {}) == .taken)
    #expect(pool.submit(for: .token("late"), {}) == .full)
    gate.signal()
    pool.shutdown()
}

@Test func clientsTakeTurns_eachWithItsOwnJobsInOrder() {
    let pool = WorkerPool(threads: 1, capacity: 16, name: "test")
    let started = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)
    let order = Mutex<[String]>([])
    #expect(pool.submit({ started.signal(); gate.wait() }) == .taken)
    started.wait()
    for name in ["a1", "a2", "a3", "b1", "c1", "b2"] {
        let client = ClientKey.token(String(name.prefix(1)))
        #expect(pool.submit(for: client, { order.withLock { $0.append(name) } }) == .taken)
    }
    gate.signal()
    pool.shutdown()
    #expect(order.withLock { $0 } == ["a1", "b1", "c1", "a2", "b2", "a3"])
}
