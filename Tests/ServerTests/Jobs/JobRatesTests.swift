import Store
import Testing

@testable import Server

@Suite struct JobRatesTests {
    @Test func rate_takesTwoPictures_andIsForgotten() {
        let rates = JobRates()
        let job = JobID.random()
        #expect(rates.rate(of: job, isGoingOn: true) == nil)
        rates.record(job)
        #expect(rates.rate(of: job, isGoingOn: true) == nil)
        rates.record(job)
        // Two that end together.
        #expect(rates.rate(of: job, isGoingOn: false) == 1)
        for _ in 0..<100 { rates.record(job) }
        #expect(rates.rate(of: job, isGoingOn: false) ?? 0 > 1)
        rates.forget(job)
        #expect(rates.rate(of: job, isGoingOn: false) == nil)
    }

    @Test func onlySoManyJobs_areRemembered_theLatest() {
        let rates = JobRates()
        let jobs = (0...JobRates.maximumJobs).map { _ in JobID.random() }
        for job in jobs { for _ in 0..<2 { rates.record(job) } }
        #expect(rates.rate(of: jobs[0], isGoingOn: false) == nil)
        #expect(jobs.dropFirst().allSatisfy { rates.rate(of: $0, isGoingOn: false) != nil })
    }
}
