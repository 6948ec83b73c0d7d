import Testing

@testable import CLI

struct TrainingPaceTests {
    @Test func labellingBeforeAStep_isNoPartOfItsRate_andIsExpectedAgain() {
        var pace = TrainingPace()
        pace.add(step: 2, labelling: 300)
        for _ in 0..<4 { pace.add(step: 2, labelling: 0) }
        #expect(pace.secondsPerStep == 2)
        #expect(pace.left(steps: 100, rounds: 0, batch: 16) == 200)
        #expect(pace.left(steps: 100, rounds: 2, batch: 16) == 800)
    }

    /// Until then a look counts as an image in a step.
    @Test func looksToCome_countAsTheLastOneTook() {
        var pace = TrainingPace()
        pace.add(step: 2, labelling: 0)
        #expect(pace.left(steps: 10, rounds: 0, batch: 16, looks: 500) == 82.5)
        pace.add(looks: 30, images: 100)
        pace.add(looks: 7, images: 0)
        #expect(abs(pace.left(steps: 10, rounds: 0, batch: 16, looks: 500) - 170) < 1e-9)
    }

    @Test func looksAhead_areThoseBetweenEpochsAndAtTheEnd() {
        func looks(epochs: Int, includesLast: Bool = false) -> LooksAhead {
            LooksAhead(
                epochs: epochs, validateEvery: 2, includesLast: includesLast, validation: 100, calibration: 10,
                heldOut: 7, mapMaximum: 20, finalScales: [1, 0.5])
        }
        let six = looks(epochs: 6)
        #expect((1...6).map(six.images(afterEpoch:)) == [7, 107, 7, 107, 7, 0])
        // Two mirror images each at scale 1 and at a quarter of the pixels.
        let end = 7 + 130 * 2.5
        #expect(six.images(left: 0) == 235 + end && six.images(left: 3) == 114 + end)
        #expect(six.images(left: 5) == end && six.images(left: 6) == end)
        // To be compared with the others, the last epoch is measured too, whatever its number.
        let five = looks(epochs: 5, includesLast: true)
        #expect((1...6).map(five.images(afterEpoch:)) == [7, 107, 7, 107, 107, 0])
        #expect(five.images(left: 4) == 107 + end && five.images(left: 5) == end)
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
