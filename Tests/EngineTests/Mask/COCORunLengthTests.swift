import TestSupport
import Testing

@testable import Engine

@Suite struct COCORunLengthTests {
    @Test func knownMasks_giveKnownRunsAndText() {
        let cases: [(BinaryMask, [UInt32], String)] = [
            (BinaryMask(width: 4, height: 3, bits: [0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1]), [3, 2, 1, 2, 3, 1], "32102O"),
            (BinaryMask(width: 2, height: 2, bits: [1, 1, 1, 1]), [0, 4], "04"),
            (BinaryMask(width: 2, height: 2, bits: [0, 0, 0, 0]), [4], "4"),
        ]
        for (mask, runs, counts) in cases {
            let encoded = COCORunLength(mask)
            #expect(encoded.runs == runs)
            #expect(encoded.counts == counts)
            #expect(encoded.mask() == mask)
        }
    }

    /// The texts are those of pycocotools: long runs take several groups, repeated ones become "0".
    @Test func text_equalsPycocotools() {
        var bits = [UInt8](repeating: 0, count: 640 * 480)
        for y in 100..<400 { for x in 50..<53 { bits[y * 640 + x] = 1 } }
        let bar = COCORunLength(BinaryMask(width: 640, height: 480, bits: bits))
        #expect(bar.runs == [24100, 300, 180, 300, 180, 300, 281_840])
        #expect(bar.counts == "Tag0\\9d5000lQc8")

        let pattern = (0..<20).flatMap { y in
            (0..<30).map { x -> UInt8 in (x * 7 + y * 13 + x * y) % 5 < 2 ? 1 : 0 }
        }
        let period = "1000000c0O]O100000ON010O010O010O011OO10O010O010O02"
        #expect(
            COCORunLength(BinaryMask(width: 30, height: 20, bits: pattern)).counts
                == "011010O010O010O02" + String(repeating: period, count: 5)
                + "1000000c0O]O100000ON010O010O010O010")
    }

    @Test(arguments: 0..<200) func anyMask_comesBack(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let width = Int.random(in: 1...40, using: &random)
        let height = Int.random(in: 1...40, using: &random)
        let share = Double.random(in: 0...1, using: &random)
        let bits = (0..<width * height).map { _ -> UInt8 in Double.random(in: 0..<1, using: &random) < share ? 1 : 0 }
        let mask = BinaryMask(width: width, height: height, bits: bits)

        let encoded = COCORunLength(mask)
        #expect(encoded.runs == naiveRuns(mask))
        #expect(encoded.mask() == mask)
        let read = try COCORunLength(counts: encoded.counts, width: width, height: height)
        #expect(read == encoded)
    }

    private func naiveRuns(_ mask: BinaryMask) -> [UInt32] {
        var runs: [UInt32] = []
        var (value, length): (UInt8, UInt32) = (0, 0)
        for x in 0..<mask.width {
            for y in 0..<mask.height {
                if mask.bits[y * mask.width + x] != value {
                    runs.append(length)
                    (value, length) = (1 - value, 0)
                }
                length += 1
            }
        }
        return runs + [length]
    }

    @Test func emptyRuns_areAccepted() throws {
        // Runs 1, 0, 1, 2, 0: the pixels 0, 0, 1, 1 in column order.
        let read = COCORunLength(width: 2, height: 2, runs: [1, 0, 1, 2, 0])
        #expect(read.mask().bits == [0, 1, 0, 1])
        #expect(try COCORunLength(counts: read.counts, width: 2, height: 2) == read)
    }

    @Test func wrongText_isRefusedWithItsPlace() {
        let cases: [(String, COCORunLengthError)] = [
            ("", .badSum(expected: 4)), ("3", .badSum(expected: 4)), ("5", .badSum(expected: 4)),
            ("04 ", .badCharacter(position: 2)), ("0é", .badCharacter(position: 1)),
            ("04p", .badCharacter(position: 2)),
            ("0T", .badNumber(position: 1)), ("oooooooooooooooo", .badNumber(position: 7)),
            ("O", .negativeRun(index: 0)), ("111N", .negativeRun(index: 3)),
        ]
        for (counts, expected) in cases {
            #expect(throws: expected, "\(counts)") { try COCORunLength(counts: counts, width: 2, height: 2) }
        }
    }

    @Test func wrongSizes_areRefused() {
        for (width, height) in [(0, 4), (4, -1), (Int.max, 2), (7000, 7000), (-2, -2)] {
            let expected = COCORunLengthError.badSize(width: width, height: height, limit: 40_000_000)
            #expect(throws: expected) { try COCORunLength(counts: "4", width: width, height: height) }
        }
    }

    @Test func randomText_neverCrashes() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<2000 {
            let length = Int.random(in: 0...12, using: &random)
            let text = String(
                decoding: (0..<length).map { _ in UInt8.random(in: 47...112, using: &random) }, as: UTF8.self)
            if let read = try? COCORunLength(counts: text, width: 5, height: 3) {
                #expect(COCORunLength(read.mask()).mask() == read.mask())
            }
        }
    }
}
