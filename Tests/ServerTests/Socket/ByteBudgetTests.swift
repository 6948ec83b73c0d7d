import Synchronization
import Testing

@testable import Server

/// Notes that it was evicted.
private final class Holder: BudgetHolder {
    let evictions = Mutex<[BudgetRefusal]>([])

    func evict(_ bytes: HeldBytes, ticket: Int, _ refusal: BudgetRefusal) { evictions.withLock { $0.append(refusal) } }
}

/// A budget with a clock the test moves.
private final class Fixture {
    let budget: ByteBudget
    var now = ContinuousClock.now

    init(_ rules: ByteBudget.Rules) { budget = ByteBudget(rules) }

    static func bodies(limit: Int, clientLimit: Int = .max) -> Fixture {
        Fixture(.init(kind: .bodies, limit: limit, clientLimit: clientLimit))
    }

    static func answers(limit: Int, clientLimit: Int = .max) -> Fixture {
        Fixture(.init(kind: .answers, limit: limit, clientLimit: clientLimit, safeRate: 1000, admitsOneAlone: true))
    }

    /// One that holds bytes which moved at once.
    final class Claim {
        let holder = Holder()
        let ticket: Int
        var flow: FlowWindow?
        private unowned let fixture: Fixture

        init(_ fixture: Fixture, client: String, flow: FlowWindow?) {
            self.fixture = fixture
            self.flow = flow
            ticket = fixture.budget.join(holder, client: .token(client))
        }

        var wasEvicted: BudgetRefusal? { holder.evictions.withLock { $0.first } }

        func hold(_ bytes: Int, moved: Int = 0, isEvictable: Bool = true) -> BudgetRefusal? {
            flow?.add(moved, at: fixture.now)
            return fixture.budget.update(ticket, to: bytes, flow: flow, isEvictable: isEvictable, now: fixture.now)
        }
    }

    func claim(_ client: String = "anna", hasFlow: Bool = true) -> Claim {
        Claim(self, client: client, flow: hasFlow ? FlowWindow(length: .seconds(10), start: now) : nil)
    }
}

@Suite struct ByteBudgetTests {
    @Test func fullOfBodies_theSlowestGoes_notTheNewcomer() {
        let fixture = Fixture.bodies(limit: 800)
        let slow = (0..<8).map { _ in fixture.claim() }
        for claim in slow { #expect(claim.hold(100, moved: 100) == nil) }
        fixture.now += .seconds(30)
        for (index, claim) in slow.enumerated() where index != 5 { #expect(claim.hold(100, moved: 1 + index) == nil) }
        let newcomer = fixture.claim("bert")
        #expect(newcomer.hold(50, moved: 50) == nil)
        #expect(slow.map(\.wasEvicted) == [nil, nil, nil, nil, nil, .full, nil, nil])
        // It counts until it has gone, but makes room only once.
        #expect(fixture.budget.used == 850)
        #expect(newcomer.hold(100, moved: 50) == nil)
        #expect(newcomer.hold(101, moved: 1) == nil)
        #expect(slow.map(\.wasEvicted) == [.full, nil, nil, nil, nil, .full, nil, nil])
        fixture.budget.release(slow[5].ticket)
        fixture.budget.release(slow[0].ticket)
        #expect(fixture.budget.used == 701)
        #expect(newcomer.hold(200, moved: 99) == nil)
        #expect(slow.compactMap(\.wasEvicted).count == 2)
    }

    @Test func amongEquals_theOldestGoes() {
        let fixture = Fixture.bodies(limit: 100)
        let (first, second) = (fixture.claim(), fixture.claim())
        #expect(first.hold(50, moved: 50) == nil && second.hold(50, moved: 50) == nil)
        #expect(fixture.claim().hold(10, moved: 10) == nil)
        #expect(first.wasEvicted == .full && second.wasEvicted == nil)
    }

    @Test func callerThatIsTheSlowest_isToldSo() {
        let fixture = Fixture.bodies(limit: 100)
        let (slow, quick) = (fixture.claim(), fixture.claim())
        #expect(slow.hold(40) == nil)
        fixture.now += .seconds(20)
        #expect(quick.hold(60, moved: 60) == nil)
        #expect(slow.hold(41, moved: 1) == .full)
        fixture.budget.release(slow.ticket)
        #expect(fixture.budget.used == 60 && quick.wasEvicted == nil)
    }

    @Test func completeBodies_countAndStay() {
        let fixture = Fixture.bodies(limit: 100)
        let complete = fixture.claim()
        #expect(complete.hold(90, isEvictable: false) == nil)
        fixture.now += .seconds(20)
        #expect(fixture.claim().hold(20, moved: 20) == .full)
        #expect(complete.wasEvicted == nil)
    }

    @Test func bodyThatIsCompleteBeforeItCouldGo_countsAgain() {
        let fixture = Fixture.bodies(limit: 100)
        let (first, second, third) = (fixture.claim(), fixture.claim(), fixture.claim())
        #expect(first.hold(80) == nil)
        fixture.now += .seconds(20)
        #expect(second.hold(50, moved: 50) == nil && first.wasEvicted == .full)
        #expect(first.hold(80, isEvictable: false) == nil)
        fixture.now += .seconds(20)
        // 130 are held for good.
        #expect(third.hold(1, moved: 1) == .full || second.wasEvicted == .full)
        for claim in [first, second, third] { fixture.budget.release(claim.ticket) }
        #expect(fixture.budget.used == 0)
    }

    @Test func clientOverItsShare_harmsOnlyItself() {
        let fixture = Fixture.bodies(limit: 1000, clientLimit: 250)
        let other = fixture.claim("bert")
        #expect(other.hold(10) == nil)
        let own = (0..<3).map { _ in fixture.claim() }
        fixture.now += .seconds(20)
        #expect(own[0].hold(100, moved: 5) == nil && own[1].hold(100, moved: 4) == nil)
        #expect(own[2].hold(100, moved: 100) == nil)
        #expect(own.map(\.wasEvicted) == [nil, .share, nil] && other.wasEvicted == nil)
        // What is the client's only one is measured by the whole.
        let single = fixture.claim("carl")
        #expect(single.hold(600, moved: 600) == nil)
    }

    @Test func victimsThatDoNotGo_letOthersGoOnlyAsFarAsTheSlack() {
        let fixture = Fixture.bodies(limit: 4 << 20)
        let victim = fixture.claim()
        #expect(victim.hold(4 << 20) == nil)
        fixture.now += .seconds(20)
        let quick = fixture.claim()
        #expect(quick.hold(2 << 20, moved: 2 << 20) == nil)
        #expect(victim.wasEvicted == .full)
        #expect(quick.hold((2 << 20) + 1, moved: 1) == .full)
    }

    @Test func fullOfAnswers_slowReadersGo_andWithoutAnyTheNewcomerIsRefused() {
        let fixture = Fixture.answers(limit: 100)
        let reader = fixture.claim()
        #expect(reader.hold(90) == nil)
        let newcomer = fixture.claim("bert", hasFlow: false)
        // It has only begun.
        #expect(newcomer.hold(20) == .full)
        fixture.budget.release(newcomer.ticket)
        fixture.now += .seconds(5)
        #expect(reader.hold(80, moved: 10_000) == nil)
        let second = fixture.claim("bert", hasFlow: false)
        #expect(second.hold(30) == .full && reader.wasEvicted == nil)
        fixture.budget.release(second.ticket)
        fixture.now += .seconds(20)
        #expect(fixture.claim("bert", hasFlow: false).hold(30) == nil)
        #expect(reader.wasEvicted == .full)
    }

    @Test func answerLargerThanTheBudget_goesAlone() {
        let fixture = Fixture.answers(limit: 100, clientLimit: 20)
        let large = fixture.claim(hasFlow: false)
        #expect(large.hold(1 << 30) == nil)
        #expect(fixture.claim("bert", hasFlow: false).hold(1) == .full)
        #expect(fixture.claim(hasFlow: false).hold(1) == .share)
    }
}
