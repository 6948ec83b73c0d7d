/// Which values of a pass share memory: a buffer is taken again once all who read what is in it have run.
struct BufferPlan {
    /// By step: the buffer that it writes to.
    let slots: [Int]
    /// Floats of each buffer.
    let floats: [Int]

    /// - Parameters:
    ///   - steps: what each reads, and what it makes, with the floats of that.
    ///   - kept: values that outlive the pass.
    init(
        _ steps: [(inputs: [NetworkGraph.Value], output: NetworkGraph.Value, floats: Int)], kept: [NetworkGraph.Value]
    ) {
        var lastReader: [NetworkGraph.Value: Int] = [:]
        for (position, step) in steps.enumerated() {
            for input in step.inputs { lastReader[input] = position }
        }
        for value in kept { lastReader[value] = steps.count }
        var (slots, floats, free): ([Int], [Int], [Int]) = ([], [], [])
        var slotOfValue: [NetworkGraph.Value: Int] = [:]
        for (position, step) in steps.enumerated() {
            // The smallest that is large enough, else the largest, which grows.
            let fitting = free.filter { floats[$0] >= step.floats }.min { floats[$0] < floats[$1] }
            let slot: Int
            if let found = fitting ?? free.max(by: { floats[$0] < floats[$1] }) {
                slot = found
                free.removeAll { $0 == found }
                floats[slot] = max(floats[slot], step.floats)
            } else {
                slot = floats.count
                floats.append(step.floats)
            }
            slots.append(slot)
            slotOfValue[step.output] = slot
            // Not before the step has run: it reads while it writes.
            for value in Set(step.inputs + [step.output]) where (lastReader[value] ?? position) <= position {
                if let released = slotOfValue.removeValue(forKey: value) { free.append(released) }
            }
        }
        (self.slots, self.floats) = (slots, floats)
    }
}
