import Testing

@testable import CLI

struct TrainingPaceTests {
    @Test func labellingBeforeAStep_isNoPartOfItsRate_andIsExpectedAgain() {
        var pace = TrainingPace()
        pace.add(step: 2, labelling: 300)
        for _ in 0..<4 { pace.add(step: 2, labelling: 0) }
        #expect(pace.secondsPerStep == 2)
        #expect(pace.left(steps: 100, rounds: 0) == 200)
        #expect(pace.left(steps: 100, rounds: 2) == 800)
    }

    @Test func oneSlowStep_changesNothing_andAChangeOfSpeedDoes() {
        var pace = TrainingPace()
        for _ in 0..<20 { pace.add(step: 2, labelling: 0) }
        pace.add(step: 60, labelling: 0)
        #expect(pace.secondsPerStep == 2)
        for _ in 0..<20 { pace.add(step: 3, labelling: 0) }
        #expect(pace.secondsPerStep == 3)
    }
}
