/// An upright rectangle of pixels in COCO's order, and how many pixels of its component lie in it.
public struct Box: Codable, Sendable, Equatable {
    public let x: Int
    public let y: Int
    public let width: Int
    public let height: Int
    /// Pixels of the component, at most width * height.
    public let area: Int

    public init(x: Int, y: Int, width: Int, height: Int, area: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
        self.area = area
    }
}

/// The separate pieces of a mask; pixels that touch at a side or a corner belong together (8-connectivity).
public enum ConnectedComponents {
    /// The bounding boxes of all components of at least `minimumArea` pixels, the largest area first, then from the
    /// top and from the left.
    ///
    /// - Precondition: the mask has fewer than 2^31 pixels.
    public static func boxes(of mask: BinaryMask, minimumArea: Int = 1) -> [Box] {
        var forest = RunForest(of: mask)
        return forest.boxes().filter { $0.area >= minimumArea }
            .sorted { ($1.area, $0.y, $0.x) < ($0.area, $1.y, $1.x) }
    }

    /// The pixels of all components of fewer than `minimumArea` pixels, as stretches of the row-major bits.
    ///
    /// - Precondition: as of `boxes`.
    static func small(of mask: BinaryMask, minimumArea: Int) -> [Range<Int>] {
        var forest = RunForest(of: mask)
        return forest.runs(ofAreaBelow: minimumArea).map { run in
            let row = Int(run.y) * mask.width
            return row + Int(run.first)..<row + Int(run.end)
        }
    }
}

/// Union-find over the horizontal runs of set pixels.
private struct RunForest {
    /// 32 bits: a noisy mask has half as many runs as pixels.
    struct Run {
        let y: Int32
        let first: Int32
        /// One past the last pixel.
        let end: Int32
    }

    private(set) var runs: [Run] = []
    private var parents: [Int32] = []

    /// - Precondition: the mask has fewer than 2^31 pixels.
    init(of mask: BinaryMask) {
        precondition(mask.bits.count <= Int(Int32.max))
        mask.bits.withUnsafeBufferPointer { bits in
            var above = 0..<0
            for y in 0..<mask.height {
                let start = runs.count
                appendRuns(of: UnsafeBufferPointer(rebasing: bits[y * mask.width..<(y + 1) * mask.width]), y: y)
                let here = start..<runs.count
                join(here, with: above)
                above = here
            }
        }
    }

    private mutating func appendRuns(of row: UnsafeBufferPointer<UInt8>, y: Int) {
        var x = 0
        while let first = row[x...].firstIndex(of: 1) {
            let end = row[first...].firstIndex(of: 0) ?? row.count
            parents.append(Int32(runs.count))
            runs.append(Run(y: Int32(y), first: Int32(first), end: Int32(end)))
            x = end
        }
    }

    /// Joins the runs of a row with those of the row above that they touch; both are in order from the left.
    private mutating func join(_ here: Range<Int>, with above: Range<Int>) {
        var (a, b) = (here.lowerBound, above.lowerBound)
        while a < here.upperBound, b < above.upperBound {
            if runs[a].first <= runs[b].end, runs[b].first <= runs[a].end { unite(a, b) }
            if runs[a].end < runs[b].end { a += 1 } else { b += 1 }
        }
    }

    /// The root of a tree is its earliest run.
    private mutating func unite(_ a: Int, _ b: Int) {
        let (a, b) = (root(of: a), root(of: b))
        parents[max(a, b)] = Int32(min(a, b))
    }

    private mutating func root(of run: Int) -> Int {
        var run = run
        while parents[run] != run {
            parents[run] = parents[Int(parents[run])]
            run = Int(parents[run])
        }
        return run
    }

    /// The runs of components of fewer than `minimum` pixels.
    mutating func runs(ofAreaBelow minimum: Int) -> [Run] {
        let roots = runs.indices.map { root(of: $0) }
        var areas = [Int](repeating: 0, count: runs.count)
        for (run, root) in zip(runs, roots) { areas[root] += Int(run.end - run.first) }
        return zip(runs, roots).filter { areas[$0.1] < minimum }.map(\.0)
    }

    mutating func boxes() -> [Box] {
        var positions = [Int32](repeating: -1, count: runs.count)
        var boxes: [(left: Int32, top: Int32, right: Int32, bottom: Int32, area: Int)] = []
        for index in runs.indices {
            let run = runs[index]
            let root = root(of: index)
            if positions[root] < 0 {
                positions[root] = Int32(boxes.count)
                boxes.append((run.first, run.y, run.end, run.y + 1, 0))
            }
            let position = Int(positions[root])
            boxes[position].left = min(boxes[position].left, run.first)
            boxes[position].right = max(boxes[position].right, run.end)
            boxes[position].bottom = run.y + 1
            boxes[position].area += Int(run.end - run.first)
        }
        return boxes.map {
            Box(
                x: Int($0.left), y: Int($0.top), width: Int($0.right - $0.left), height: Int($0.bottom - $0.top),
                area: $0.area)
        }
    }
}
