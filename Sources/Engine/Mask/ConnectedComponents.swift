/// An upright rectangle of pixels in COCO's order, and how many pixels of its component lie in it.
public struct Box: Sendable, Equatable {
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
    public static func boxes(of mask: BinaryMask, minimumArea: Int = 1) -> [Box] {
        var forest = RunForest()
        mask.bits.withUnsafeBufferPointer { bits in
            var above = 0..<0
            for y in 0..<mask.height {
                let start = forest.runs.count
                forest.appendRuns(of: UnsafeBufferPointer(rebasing: bits[y * mask.width..<(y + 1) * mask.width]), y: y)
                let here = start..<forest.runs.count
                forest.join(here, with: above)
                above = here
            }
        }
        return forest.boxes().filter { $0.area >= minimumArea }
            .sorted { ($1.area, $0.y, $0.x) < ($0.area, $1.y, $1.x) }
    }
}

/// Union-find over the horizontal runs of set pixels.
private struct RunForest {
    struct Run {
        let y: Int
        let first: Int
        /// One past the last pixel.
        let end: Int
    }

    private(set) var runs: [Run] = []
    private var parents: [Int] = []

    mutating func appendRuns(of row: UnsafeBufferPointer<UInt8>, y: Int) {
        var x = 0
        while let first = row[x...].firstIndex(of: 1) {
            let end = row[first...].firstIndex(of: 0) ?? row.count
            parents.append(runs.count)
            runs.append(Run(y: y, first: first, end: end))
            x = end
        }
    }

    /// Joins the runs of a row with those of the row above that they touch; both are in order from the left.
    mutating func join(_ here: Range<Int>, with above: Range<Int>) {
        var (a, b) = (here.lowerBound, above.lowerBound)
        while a < here.upperBound, b < above.upperBound {
            if runs[a].first <= runs[b].end, runs[b].first <= runs[a].end { unite(a, b) }
            if runs[a].end < runs[b].end { a += 1 } else { b += 1 }
        }
    }

    /// The root of a tree is its earliest run.
    private mutating func unite(_ a: Int, _ b: Int) {
        let (a, b) = (root(of: a), root(of: b))
        parents[max(a, b)] = min(a, b)
    }

    private mutating func root(of run: Int) -> Int {
        var run = run
        while parents[run] != run {
            parents[run] = parents[parents[run]]
            run = parents[run]
        }
        return run
    }

    mutating func boxes() -> [Box] {
        var positions: [Int: Int] = [:]
        var bounds: [(left: Int, top: Int, right: Int, bottom: Int, area: Int)] = []
        for index in runs.indices {
            let run = runs[index]
            let root = root(of: index)
            if let position = positions[root] {
                bounds[position].left = min(bounds[position].left, run.first)
                bounds[position].right = max(bounds[position].right, run.end)
                bounds[position].bottom = run.y + 1
                bounds[position].area += run.end - run.first
            } else {
                positions[root] = bounds.count
                bounds.append((run.first, run.y, run.end, run.y + 1, run.end - run.first))
            }
        }
        return bounds.map {
            Box(x: $0.left, y: $0.top, width: $0.right - $0.left, height: $0.bottom - $0.top, area: $0.area)
        }
    }
}
