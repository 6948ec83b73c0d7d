import TestSupport
import Testing

@testable import Engine

@Suite struct ConnectedComponentsTests {
    /// Rows of "." and "#".
    private func mask(_ rows: [String]) -> BinaryMask {
        BinaryMask(width: rows[0].count, height: rows.count, bits: rows.joined().map { $0 == "#" ? 1 : 0 })
    }

    @Test func pieces_areSortedBySize() {
        let boxes = ConnectedComponents.boxes(of: mask(["#..##", "...##", "#....", "#...#"]))
        #expect(
            boxes == [
                Box(x: 3, y: 0, width: 2, height: 2, area: 4), Box(x: 0, y: 2, width: 1, height: 2, area: 2),
                Box(x: 0, y: 0, width: 1, height: 1, area: 1), Box(x: 4, y: 3, width: 1, height: 1, area: 1),
            ])
    }

    @Test func corners_connect() {
        let boxes = ConnectedComponents.boxes(of: mask(["#...", ".#..", "..#.", "#..#"]))
        #expect(
            boxes == [
                Box(x: 0, y: 0, width: 4, height: 4, area: 4), Box(x: 0, y: 3, width: 1, height: 1, area: 1),
            ])
        #expect(ConnectedComponents.boxes(of: mask([".#", "#."])).count == 1)
    }

    @Test func branchesThatMeetLater_areOnePiece() {
        let boxes = ConnectedComponents.boxes(of: mask(["#.#.#", "#.#.#", "#.###", "###.."]))
        #expect(boxes == [Box(x: 0, y: 0, width: 5, height: 4, area: 13)])
        let spiral = ["#######", "#.....#", "#.###.#", "#.#...#", "#.#####", "#......"]
        #expect(ConnectedComponents.boxes(of: mask(spiral)) == [Box(x: 0, y: 0, width: 7, height: 6, area: 24)])
    }

    @Test func minimumArea_isInclusive() {
        let rows = ["##.#", "##..", "...#"]
        #expect(ConnectedComponents.boxes(of: mask(rows), minimumArea: 4).map(\.area) == [4])
        #expect(ConnectedComponents.boxes(of: mask(rows), minimumArea: 5).isEmpty)
        #expect(ConnectedComponents.boxes(of: mask(["...", "..."])).isEmpty)
    }

    @Test(arguments: 0..<100) func boxes_equalAFloodFill(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let (width, height) = (Int.random(in: 1...24, using: &random), Int.random(in: 1...24, using: &random))
        let share = Double.random(in: 0.1...0.7, using: &random)
        let bits = (0..<width * height).map { _ -> UInt8 in Double.random(in: 0..<1, using: &random) < share ? 1 : 0 }
        let mask = BinaryMask(width: width, height: height, bits: bits)
        let boxes = floodFill(mask)
        #expect(ConnectedComponents.boxes(of: mask) == boxes)
        let minimum = Int.random(in: 1...6, using: &random)
        let small = ConnectedComponents.small(of: mask, minimumArea: minimum).joined()
        #expect(Set(small).count == boxes.map(\.area).filter { $0 < minimum }.reduce(0, +))
        var kept = mask.bits
        for pixel in small { kept[pixel] = 0 }
        let rest = ConnectedComponents.boxes(of: BinaryMask(width: width, height: height, bits: kept))
        #expect(rest == boxes.filter { $0.area >= minimum })
    }

    private func floodFill(_ mask: BinaryMask) -> [Box] {
        var left = mask.bits
        var boxes: [Box] = []
        for start in left.indices where left[start] == 1 {
            left[start] = 0
            var open = [start]
            var pixels: [(x: Int, y: Int)] = []
            while let at = open.popLast() {
                let (x, y) = (at % mask.width, at / mask.width)
                pixels.append((x, y))
                for v in max(0, y - 1)...min(mask.height - 1, y + 1) {
                    for u in max(0, x - 1)...min(mask.width - 1, x + 1) where left[v * mask.width + u] == 1 {
                        left[v * mask.width + u] = 0
                        open.append(v * mask.width + u)
                    }
                }
            }
            let xs = pixels.map(\.x).sorted()
            let ys = pixels.map(\.y).sorted()
            boxes.append(
                Box(
                    x: xs[0], y: ys[0], width: xs[xs.count - 1] - xs[0] + 1, height: ys[ys.count - 1] - ys[0] + 1,
                    area: pixels.count))
        }
        return boxes.sorted { ($1.area, $0.y, $0.x) < ($0.area, $1.y, $1.x) }
    }
}
