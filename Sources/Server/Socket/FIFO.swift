/// A first-in first-out queue whose elements each move a bounded number of times.
public struct FIFO<Element> {
    private var elements: [Element] = []
    /// Index of the first element that was not taken.
    private var head = 0

    public init() {}

    public var count: Int { elements.count - head }
    public var isEmpty: Bool { count == 0 }

    public mutating func append(_ element: Element) { elements.append(element) }

    public mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let first = elements[head]
        head += 1
        if head > elements.count / 2 {
            elements.removeFirst(head)
            head = 0
        }
        return first
    }
}
