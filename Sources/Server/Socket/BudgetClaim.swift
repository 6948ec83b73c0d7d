/// One connection's part of a budget, which it joins only while it holds something. Confined to the connection's queue.
struct BudgetClaim {
    let budget: ByteBudget
    private(set) var ticket: Int?
    private(set) var bytes = 0
    private var isEvictable = true
    private var hasFlow = false

    init(_ budget: ByteBudget) { self.budget = budget }

    /// - Returns: why the holder has to give it up; then, or once it holds nothing, it holds nothing here either.
    mutating func update(
        to bytes: Int, flow: FlowWindow?, isEvictable: Bool = true, client: @autoclosure () -> ClientKey,
        holder: any BudgetHolder
    ) -> BudgetRefusal? {
        guard bytes > 0 else {
            release()
            return nil
        }
        // How it moves is told once there is anything to tell.
        guard bytes != self.bytes || isEvictable != self.isEvictable || (flow != nil) != hasFlow else { return nil }
        let ticket = ticket ?? budget.join(holder, client: client())
        self.ticket = ticket
        self.bytes = bytes
        self.isEvictable = isEvictable
        hasFlow = flow != nil
        return budget.update(ticket, to: bytes, flow: flow, isEvictable: isEvictable, now: .now)
    }

    mutating func release() {
        guard let ticket else { return }
        budget.release(ticket)
        self.ticket = nil
        bytes = 0
        isEvictable = true
        hasFlow = false
    }
}
