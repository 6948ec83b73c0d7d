import Synchronization

/// Threads for independent runs of the network: its passes are shared out to them one by one. With fewer passes than
/// threads, the threads share each layer instead.
struct PassTeam: Sendable {
    private let team: ThreadTeam
    private let alone = ThreadTeam(size: 1)

    init(threads: Int) { team = ThreadTeam(size: threads) }

    /// Runs every pass once and returns when all are done.
    /// - Parameter body: runs pass `pass` with the threads of `team`; at any time at most one call has a given `member`,
    ///   0 to threads - 1.
    func run(count: Int, _ body: @escaping @Sendable (_ pass: Int, _ member: Int, _ team: ThreadTeam) -> Void) {
        if count < team.size {
            for pass in 0..<count { body(pass, 0, team) }
            return
        }
        let next = Atomic<Int>(0)
        team.run { [alone] member in
            while true {
                let pass = next.add(1, ordering: .relaxed).oldValue
                guard pass < count else { return }
                body(pass, member, alone)
            }
        }
    }
}
