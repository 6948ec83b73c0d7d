/// Which pictures are in the engine's process, which wait, and whose fault it is when the process ends. No I/O and no
/// clock: callers say what happened and when.
///
/// Two pictures may be inside. Where the process ends, or a picture's time is up, with two inside, the guilty one is not
/// known (either may hold what the other waits for): both wait again, each to be alone, and only who fails alone is
/// blamed.
struct EngineSlots {
    typealias Ticket = UInt64
    typealias Instant = SuspendingClock.Instant

    /// While one picture has the network's threads, the other is decoded or refined.
    static let count = 2
    /// Pictures that somebody waits for and that go before one of a job; then it is the job's turn, or whoever asks on
    /// and on would stop all jobs.
    static let interactiveTurns = 4
    /// How long a picture may go on after nobody wants it any more, before the process is killed for it.
    static let cancellationGrace = Duration.seconds(1)

    enum Stage: Equatable {
        case waiting
        /// On its way into the process.
        case sending(since: Instant)
        case working(since: Instant)
        case answered
        case failed(EngineFailure)
    }

    private struct Entry {
        let priority: PictureTask.Priority
        var isolated: Bool
        var stage = Stage.waiting
        var cancelledAt: Instant?
        /// The process may answer before its caller has come to note that the last byte went out.
        var isAnswered = false

        /// When it went into the process; nil where it is not inside.
        var insideSince: Instant? {
            switch stage {
            case .sending(let since), .working(let since): since
            case .waiting, .answered, .failed: nil
            }
        }
    }

    /// How long a picture may be inside.
    let pictureTimeout: Duration
    private var entries: [Ticket: Entry] = [:]
    private var lastTicket: Ticket = 0
    /// Interactive pictures that went in since the last of a job.
    private var interactiveStreak = 0

    init(pictureTimeout: Duration) {
        self.pictureTimeout = pictureTimeout
    }

    private var inside: [Ticket] { entries.keys.filter { entries[$0]?.insideSince != nil } }
    /// Pictures in the process.
    var insideCount: Int { inside.count }

    // MARK: - A picture's way

    /// A new picture; it waits.
    mutating func add(priority: PictureTask.Priority, isolated: Bool) -> Ticket {
        lastTicket += 1
        entries[lastTicket] = Entry(priority: priority, isolated: isolated)
        return lastTicket
    }

    /// Forgets a picture that is not inside.
    mutating func remove(_ ticket: Ticket) { entries[ticket] = nil }

    /// - Precondition: added and not removed.
    func stage(_ ticket: Ticket) -> Stage { entries[ticket]!.stage }

    /// Lets the picture in when it is its turn: `.sending` then. Only one at a time is being sent.
    mutating func start(_ ticket: Ticket, at now: Instant) -> Bool {
        let waiting = entries.filter { $0.value.stage == .waiting }
        let isJobsTurn = interactiveStreak >= EngineSlots.interactiveTurns
        let first = waiting.min { left, right in
            if isJobsTurn, left.value.priority != right.value.priority { return left.value.priority == .background }
            return (left.value.priority, left.key) < (right.value.priority, right.key)
        }
        guard let first, first.key == ticket else { return false }
        let others = inside.compactMap { entries[$0] }
        guard others.count < (first.value.isolated ? 1 : EngineSlots.count) else { return false }
        for other in others {
            if case .sending = other.stage { return false }
            if other.isolated || first.value.isolated { return false }
        }
        entries[ticket]?.stage = .sending(since: now)
        interactiveStreak = first.value.priority == .interactive ? interactiveStreak + 1 : 0
        return true
    }

    /// The picture is inside as a whole.
    mutating func sent(_ ticket: Ticket) {
        guard let entry = entries[ticket], case .sending(let since) = entry.stage else { return }
        entries[ticket]?.stage = .working(since: since)
        if entry.isAnswered { finish(ticket) }
    }

    /// The process answered.
    /// - Returns: false when it does not have this picture, or answered for it before.
    mutating func answered(_ ticket: Ticket) -> Bool {
        guard let entry = entries[ticket], !entry.isAnswered else { return false }
        switch entry.stage {
        case .sending: break
        case .working: finish(ticket)
        case .waiting, .answered, .failed: return false
        }
        entries[ticket]?.isAnswered = true
        return true
    }

    private mutating func finish(_ ticket: Ticket) {
        let isWanted = entries[ticket]?.cancelledAt == nil
        entries[ticket]?.stage = isWanted ? .answered : .failed(.cancelled)
    }

    /// Nobody wants the picture any more.
    mutating func cancel(_ ticket: Ticket, at now: Instant) {
        guard let entry = entries[ticket] else { return }
        switch entry.stage {
        case .waiting, .answered: entries[ticket]?.stage = .failed(.cancelled)
        case .sending, .working: entries[ticket]?.cancelledAt = entry.cancelledAt ?? now
        case .failed: break
        }
    }

    // MARK: - The process's end

    /// The process ended by itself.
    mutating func processEnded(_ how: String) {
        // Alone is not enough for one that was still being sent: the process may have ended before it saw it. Isolated,
        // it was seen to do so twice.
        let suspects = inside
        let isCertain =
            suspects.count == 1
            && suspects.allSatisfy { ticket in
                if case .working = entries[ticket]?.stage { true } else { entries[ticket]?.isolated == true }
            }
        takeOut(blame: isCertain ? .died(how) : nil, isolating: true)
    }

    /// Takes everything out of a process that has to be killed, because a picture's time is up or one that nobody wants
    /// goes on.
    /// - Returns: why it has to be; nil when it has not.
    mutating func overdue(at now: Instant) -> String? {
        let pictures = inside.compactMap { entries[$0] }
        if pictures.contains(where: { $0.cancelledAt.map { now - $0 >= EngineSlots.cancellationGrace } ?? false }) {
            takeOut(blame: nil, isolating: false)
            return "a picture was cancelled in the middle"
        }
        if pictures.contains(where: { $0.insideSince.map { now - $0 >= pictureTimeout } ?? false }) {
            let seconds = Int(pictureTimeout.components.seconds)
            takeOut(blame: pictures.count == 1 ? .hung(seconds: seconds) : nil, isolating: true)
            return "a picture was not finished within \(seconds) s"
        }
        return nil
    }

    private mutating func takeOut(blame: EngineFailure?, isolating: Bool) {
        for ticket in inside {
            guard var entry = entries[ticket] else { continue }
            guard !entry.isAnswered else {
                finish(ticket)
                continue
            }
            if entry.cancelledAt != nil {
                entry.stage = .failed(.cancelled)
            } else if let blame {
                entry.stage = .failed(blame)
            } else {
                entry.stage = .waiting
                entry.isolated = entry.isolated || isolating
            }
            entries[ticket] = entry
        }
    }

    /// The engine is closed: whatever is not finished comes back.
    mutating func interruptAll() {
        for (ticket, entry) in entries where entry.insideSince != nil || entry.stage == .waiting {
            entries[ticket]?.stage = .failed(.interrupted)
        }
    }
}
