import Foundation

/// A fixed set of threads that run one closure together, each with its member index (0..<size).
///
/// The caller is member 0; the `size - 1` others are threads of the team's own that sleep between runs (not Dispatch's,
/// whose workers abort the process when file descriptors run out). With members of its own a team runs one closure at a
/// time: a second caller waits its turn.
public final class ThreadTeam: Sendable {
    public let size: Int
    private let turn = NSLock()
    private let state = TeamState()

    /// - Precondition: `size >= 1`.
    public init(size: Int) {
        precondition(size >= 1)
        self.size = size
        for member in 1..<size {
            let thread = Thread { [state] in state.serve(as: member) }
            thread.name = "engine-\(member)"
            thread.start()
        }
    }

    deinit { state.stop() }

    /// Runs `body(member)` on every member and returns when all have returned.
    public func run(_ body: @escaping @Sendable (_ member: Int) -> Void) {
        // A team of one has nothing to take turns for: any number of callers run at the same time.
        guard size > 1 else { return body(0) }
        turn.lock()
        defer { turn.unlock() }
        state.start(body, members: size - 1)
        body(0)
        state.waitUntilDone()
    }
}

/// What the members share. Outlives the team by the moment its threads need to leave.
///
/// `@unchecked Sendable`: every variable is only touched under `condition`.
private final class TeamState: @unchecked Sendable {
    private let condition = NSCondition()
    private var generation = 0
    private var running = 0
    private var stopping = false
    private var body: (@Sendable (Int) -> Void)?

    func start(_ body: @escaping @Sendable (Int) -> Void, members: Int) {
        condition.lock()
        self.body = body
        running = members
        generation += 1
        condition.broadcast()
        condition.unlock()
    }

    func waitUntilDone() {
        condition.lock()
        while running > 0 { condition.wait() }
        body = nil
        condition.unlock()
    }

    func serve(as member: Int) {
        var seen = 0
        while true {
            condition.lock()
            while generation == seen && !stopping { condition.wait() }
            seen = generation
            let work = body
            let leave = stopping
            condition.unlock()
            if leave { return }
            work?(member)
            condition.lock()
            running -= 1
            if running == 0 { condition.broadcast() }
            condition.unlock()
        }
    }

    func stop() {
        condition.lock()
        stopping = true
        condition.broadcast()
        condition.unlock()
    }
}
