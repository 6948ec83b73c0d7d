import Testing

@testable import Server

/// Slots, order and blame, without a process.
@Suite final class EngineSlotsTests {
    private var slots = EngineSlots(pictureTimeout: .seconds(10))
    private let start = SuspendingClock.now

    private func add(
        _ priority: PictureTask.Priority = .background, isolated: Bool = false
    ) -> EngineSlots.Ticket {
        slots.add(priority: priority, isolated: isolated)
    }

    /// Lets the picture in, as a whole.
    private func enter(_ ticket: EngineSlots.Ticket, at second: Int = 0) -> Bool {
        guard slots.start(ticket, at: start + .seconds(second)) else { return false }
        slots.sent(ticket)
        return true
    }

    private func begin(_ ticket: EngineSlots.Ticket) -> Bool { slots.start(ticket, at: start) }
    private func answered(_ ticket: EngineSlots.Ticket) -> Bool { slots.answered(ticket) }
    private func overdue(at time: Duration) -> String? { slots.overdue(at: start + time) }

    private func addInside(_ count: Int) -> [EngineSlots.Ticket] {
        (0..<count).map { _ in
            let ticket = add()
            #expect(enter(ticket))
            return ticket
        }
    }

    // MARK: - Order

    @Test func twoPictures_areInsideAtMost() {
        let inside = addInside(2)
        let third = add()
        #expect(!enter(third))
        #expect(answered(inside[0]))
        #expect(slots.stage(inside[0]) == .answered)
        #expect(enter(third) && slots.insideCount == 2)
    }

    @Test func interactive_goesFirst_thenWhoCameFirst() {
        let (early, late) = (add(), add())
        let urgent = add(.interactive)
        #expect(!enter(early) && !enter(late))
        #expect(enter(urgent))
        #expect(!enter(late))
        #expect(enter(early))
        #expect(!enter(late))
    }

    /// Whoever asks on and on does not stop all jobs.
    @Test func afterAFewInteractive_itIsAJobsTurn() {
        let job = add()
        for _ in 0..<EngineSlots.interactiveTurns {
            let urgent = add(.interactive)
            #expect(!enter(job) && enter(urgent) && answered(urgent))
        }
        let next = add(.interactive)
        #expect(!enter(next) && enter(job) && enter(next))
        #expect(answered(job) && answered(next))
        // The count begins anew.
        let second = add()
        let urgent = add(.interactive)
        #expect(!enter(second) && enter(urgent))
    }

    @Test func onePictureAtATime_isSent() {
        let (first, second) = (add(), add())
        #expect(begin(first))
        #expect(!begin(second))
        slots.sent(first)
        #expect(begin(second))
    }

    @Test func isolated_waitsToBeAlone_andKeepsOthersOut() {
        let inside = addInside(1)
        let alone = add(isolated: true)
        let other = add()
        #expect(!enter(alone) && !enter(other))
        #expect(answered(inside[0]))
        #expect(enter(alone))
        #expect(!enter(other))
        #expect(answered(alone))
        #expect(enter(other))
    }

    @Test func answer_forAPictureThatIsNotInside_isRefused() {
        let waiting = add()
        #expect(!answered(waiting) && !answered(99))
        #expect(enter(waiting))
        #expect(answered(waiting))
        #expect(!answered(waiting))
    }

    /// The process may be quicker than its caller's note that all was sent. Until then nothing else may be sent.
    @Test func answer_thatOvertakesTheNoteOfSending_counts() {
        let (quick, next) = (add(), add())
        #expect(begin(quick))
        #expect(answered(quick) && !answered(quick))
        #expect(!begin(next))
        slots.sent(quick)
        #expect(slots.stage(quick) == .answered)
        #expect(begin(next))
        #expect(answered(next))
        slots.processEnded("ended by signal 9")
        #expect(slots.stage(next) == .answered)
    }

    // MARK: - Blame

    @Test func aloneWhenTheProcessEnded_isGuilty() {
        let ticket = addInside(1)[0]
        let waiting = add()
        slots.processEnded("ended by signal 11")
        #expect(slots.stage(ticket) == .failed(.died("ended by signal 11")))
        #expect(slots.stage(waiting) == .waiting)
    }

    @Test func twoWhenTheProcessEnded_areTriedOneAfterTheOther() {
        let suspects = addInside(2)
        let waiting = add()
        slots.processEnded("ended by signal 11")
        #expect(suspects.allSatisfy { slots.stage($0) == .waiting })
        #expect(enter(suspects[0]))
        #expect(!enter(suspects[1]) && !enter(waiting))
        // The guilty one shows itself, the innocent one gets its answer.
        slots.processEnded("ended by signal 11")
        #expect(slots.stage(suspects[0]) == .failed(.died("ended by signal 11")))
        #expect(enter(suspects[1]))
        #expect(!enter(waiting))
        #expect(answered(suspects[1]) && slots.stage(suspects[1]) == .answered)
        #expect(enter(waiting))
    }

    /// The process may have been gone before it saw any of it.
    @Test func pictureThatWasNotSentWhole_isGuiltyOnlyTheSecondTime() {
        let ticket = add()
        #expect(begin(ticket))
        slots.processEnded("ended by signal 9")
        #expect(slots.stage(ticket) == .waiting)
        #expect(begin(ticket))
        slots.processEnded("ended by signal 9")
        #expect(slots.stage(ticket) == .failed(.died("ended by signal 9")))
    }

    @Test func processThatEndsIdle_isNobodysFault() {
        let waiting = add()
        slots.processEnded("ended by signal 9")
        #expect(slots.stage(waiting) == .waiting)
    }

    // MARK: - Time

    @Test func pictureAlone_hangsWhenItsTimeIsUp() {
        let ticket = add()
        #expect(enter(ticket, at: 5))
        #expect(overdue(at: .seconds(14)) == nil)
        #expect(overdue(at: .seconds(15)) != nil)
        #expect(slots.stage(ticket) == .failed(.hung(seconds: 10)))
        #expect(overdue(at: .seconds(99)) == nil)
    }

    /// The one whose time is up may only wait for what the other holds.
    @Test func twoPictures_areTriedOneAfterTheOther_whenTheTimeOfOneIsUp() {
        let (first, second) = (add(), add())
        #expect(enter(first) && enter(second, at: 9))
        #expect(overdue(at: .seconds(10)) != nil)
        #expect(slots.stage(first) == .waiting && slots.stage(second) == .waiting)
        #expect(enter(first, at: 11))
        #expect(!enter(second, at: 11))
        #expect(answered(first))
        #expect(enter(second, at: 12))
        #expect(overdue(at: .seconds(22)) != nil)
        #expect(slots.stage(second) == .failed(.hung(seconds: 10)))
    }

    // MARK: - Cancelling

    @Test func cancelledWhileItWaits_isOverAtOnce() {
        let ticket = add()
        slots.cancel(ticket, at: start)
        #expect(slots.stage(ticket) == .failed(.cancelled))
    }

    @Test func cancelledInside_mayFinishWithinASecond_andItsResultIsDropped() {
        let ticket = addInside(1)[0]
        slots.cancel(ticket, at: start)
        #expect(overdue(at: .milliseconds(900)) == nil)
        #expect(answered(ticket))
        #expect(slots.stage(ticket) == .failed(.cancelled))
    }

    @Test func cancelledInside_endsTheProcessAfterASecond_andTheOtherIsTriedAgainAsItWas() {
        let (cancelled, other) = (add(), add())
        #expect(enter(cancelled) && enter(other))
        slots.cancel(cancelled, at: start)
        slots.cancel(cancelled, at: start + .milliseconds(900))
        #expect(overdue(at: .seconds(1)) != nil)
        #expect(slots.stage(cancelled) == .failed(.cancelled) && slots.stage(other) == .waiting)
        let third = add()
        #expect(enter(other, at: 1) && enter(third, at: 1))
    }

    @Test func cancelledPictureThatEndsTheProcess_isCancelled() {
        let ticket = addInside(1)[0]
        slots.cancel(ticket, at: start)
        slots.processEnded("ended by signal 11")
        #expect(slots.stage(ticket) == .failed(.cancelled))
    }

    @Test func closing_interruptsWhatIsNotFinished() {
        let inside = addInside(2)
        let waiting = add()
        #expect(answered(inside[0]))
        slots.interruptAll()
        #expect(slots.stage(inside[0]) == .answered)
        #expect(slots.stage(inside[1]) == .failed(.interrupted) && slots.stage(waiting) == .failed(.interrupted))
    }
}
