import Testing

@testable import CLI

@Suite struct ProgressReportTests {
    private func line(_ finished: Int, failed: Int = 0, skipped: Int = 0, seconds: Double) -> String {
        ProgressReport.line(finished: finished, failed: failed, skipped: skipped, of: 100, "images", seconds: seconds)
    }

    @Test func rate_isToldFromTheFirstSecondOn() {
        #expect(line(3, seconds: 0.00004) == "3/100 images")
        #expect(line(100, seconds: 0.01) == "100/100 images")
        #expect(line(3, failed: 1, seconds: 2) == "3/100 images, 1 failed, 1.50/s, 1:05 left")
        #expect(line(100, seconds: 50) == "100/100 images, 2.00/s")
    }

    @Test func imagesThatWereFinishedBefore_makeNoRate() {
        #expect(line(50, skipped: 50, seconds: 5) == "50/100 images")
        #expect(line(60, skipped: 50, seconds: 5) == "60/100 images, 2.00/s, 0:20 left")
    }
}
