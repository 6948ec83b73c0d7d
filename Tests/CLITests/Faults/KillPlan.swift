import Foundation
import TestSupport

/// Where a server is killed: in one of a client's steps, a random time after it. The time is short beside what the step
/// sets going, so that the kill falls now before it, now into it, now behind it.
struct KillPlan {
    enum Step: String, CaseIterable {
        /// Since the process was begun: before, while and after it opens its store.
        case start
        /// Half of a job's body is sent.
        case halfAJob = "half a job"
        case job
        case answerToAJob = "answer to a job"
        case halfAnUpload = "half an upload"
        case upload
        case answerToAnUpload = "answer to an upload"
        /// An item has ended, and the next ones are at it.
        case item
    }

    let step: Step
    /// How often the step comes before.
    let skipped: Int
    let microseconds: UInt32

    init(using random: inout SeededRandom) {
        // Steps of one kind are taken often or once.
        let weights: [(Step, Int)] = [
            (.start, 4), (.halfAJob, 1), (.job, 4), (.answerToAJob, 2), (.halfAnUpload, 1), (.upload, 4),
            (.answerToAnUpload, 2), (.item, 10),
        ]
        let steps = weights.flatMap { Array(repeating: $0, count: $1) }
        step = steps.randomElement(using: &random) ?? .item
        switch step {
        case .halfAJob, .job, .answerToAJob: (skipped, microseconds) = (0, .random(in: 0...6000, using: &random))
        case .halfAnUpload, .upload, .answerToAnUpload:
            (skipped, microseconds) = (.random(in: 0...10, using: &random), .random(in: 0...6000, using: &random))
        case .item: (skipped, microseconds) = (.random(in: 0...12, using: &random), .random(in: 0...15000, using: &random))
        case .start: (skipped, microseconds) = (0, .random(in: 0...100_000, using: &random))
        }
    }
}

/// Kills a process as planned, from a thread of its own: whoever is told of the steps goes on meanwhile.
final class Killer {
    private let plan: KillPlan
    private let id: pid_t
    private var skipped = 0
    private(set) var hasStruck = false

    init(_ plan: KillPlan, _ id: pid_t) {
        self.plan = plan
        self.id = id
    }

    func reached(_ step: KillPlan.Step) {
        guard step == plan.step, !hasStruck else { return }
        guard skipped == plan.skipped else {
            skipped += 1
            return
        }
        hasStruck = true
        let (id, microseconds) = (id, plan.microseconds)
        Thread {
            usleep(microseconds)
            kill(id, SIGKILL)
        }.start()
    }

    /// For a plan whose step never came.
    func strike() {
        if !hasStruck { kill(id, SIGKILL) }
        hasStruck = true
    }
}
