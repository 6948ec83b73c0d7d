import Testing

@testable import Server

@Suite struct FlowWindowTests {
    private let start = ContinuousClock.now

    private func window() -> FlowWindow { FlowWindow(length: .seconds(10), start: start) }

    @Test func firstWindow_endsAfterItsLength() {
        var flow = window()
        #expect(flow.deadline(atLeast: 100) == start + .seconds(10))
        flow.add(99, at: start + .seconds(3))
        #expect(flow.deadline(atLeast: 100) == start + .seconds(10))
    }

    @Test func bytes_countUntilTheirSlotHasLeftTheWindow() {
        var flow = window()
        flow.add(100, at: start + .milliseconds(3500))
        // The slot of the fourth second leaves a window of ten at 14.
        #expect(flow.deadline(atLeast: 100) == start + .seconds(14))
        flow.add(60, at: start + .milliseconds(8500))
        flow.add(60, at: start + .milliseconds(12500))
        #expect(flow.deadline(atLeast: 100) == start + .seconds(19))
        #expect(flow.deadline(atLeast: 60) == start + .seconds(23))
        #expect(flow.deadline(atLeast: 200) == start + .seconds(14))
        #expect(flow.deadline(atLeast: 1000) <= start + .seconds(10))
    }

    @Test func bytesOfLongAgo_areForgotten() {
        var flow = window()
        flow.add(1 << 40, at: start)
        flow.add(1, at: start + .seconds(3600))
        #expect(flow.deadline(atLeast: 2) <= start + .seconds(10))
        #expect(flow.deadline(atLeast: 1) == start + .seconds(3611))
        #expect(flow.rate(at: start + .seconds(3600)) == 0.1)
        #expect(flow.rate(at: start + .seconds(7200)) == 0)
    }

    @Test func rate_isOverWhatHasPassedOfTheWindow() {
        var flow = window()
        flow.add(1000, at: start)
        #expect(flow.isYoung(at: start + .milliseconds(999)))
        #expect(!flow.isYoung(at: start + .seconds(1)))
        #expect(flow.rate(at: start) == 1000)
        #expect(flow.rate(at: start + .seconds(4)) == 250)
        #expect(flow.rate(at: start + .seconds(10)) == 100)
        #expect(flow.rate(at: start + .seconds(11)) == 0)
    }
}
