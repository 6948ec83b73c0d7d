import Foundation

/// xxHash64 of what a mask's rows hold. SQLite's own checks see damaged pages, not damaged payloads; this sees those,
/// at the speed of memory. Against damage, not against forgery: whoever can write the database can write the sum, too.
struct Checksum {
    private var value: UInt64 = 0

    /// As a column holds it.
    var column: Int64 { Int64(bitPattern: value) }

    static func of(_ bytes: Data) -> Int64 {
        var sum = Checksum()
        bytes.withUnsafeBytes { sum.add($0) }
        return sum.column
    }

    /// Of all that is told about a mask's classes, in their order, and of what else its mark tells.
    /// - Parameter notes: those that are there; none gives what it gave before there were any.
    static func of(_ classes: [ClassRecord], notes: [String] = []) -> Int64 {
        var sum = Checksum()
        for entry in classes {
            // SQLite keeps no sign of zero.
            let reals = [entry.posterior, entry.areaShare, entry.meanPosterior ?? -1].map { ($0 + 0).bitPattern }
            let integers = [entry.classIndex] + entry.boxes.flatMap { [$0.x, $0.y, $0.width, $0.height] }
            sum.add(entry.name)
            sum.add(entry.rleCounts)
            reals.withUnsafeBytes { sum.add($0) }
            integers.withUnsafeBytes { sum.add($0) }
        }
        for note in notes { sum.add(note) }
        return sum.column
    }

    private mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    /// The sum so far is the seed of the next piece, so that neither the order nor the lengths of pieces can change
    /// unseen.
    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        value = Self.hash(bytes, seed: value)
    }

    private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
        0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
        0x27D4_EB2F_1656_67C5
    )

    /// XXH64 as its specification has it (github.com/Cyan4973/xxHash, doc/xxhash_spec.md).
    static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        let (p1, p2, p3, p4, p5) = primes
        func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
        func round(_ sum: UInt64, _ input: UInt64) -> UInt64 { rotated(sum &+ input &* p2, 31) &* p1 }
        func word(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        let count = bytes.count
        var offset = 0
        var sum = seed &+ p5
        if count >= 32 {
            var lanes = (seed &+ p1 &+ p2, seed &+ p2, seed, seed &- p1)
            while offset + 32 <= count {
                lanes.0 = round(lanes.0, word(offset))
                lanes.1 = round(lanes.1, word(offset + 8))
                lanes.2 = round(lanes.2, word(offset + 16))
                lanes.3 = round(lanes.3, word(offset + 24))
                offset += 32
            }
            sum = rotated(lanes.0, 1) &+ rotated(lanes.1, 7) &+ rotated(lanes.2, 12) &+ rotated(lanes.3, 18)
            sum = (sum ^ round(0, lanes.0)) &* p1 &+ p4
            sum = (sum ^ round(0, lanes.1)) &* p1 &+ p4
            sum = (sum ^ round(0, lanes.2)) &* p1 &+ p4
            sum = (sum ^ round(0, lanes.3)) &* p1 &+ p4
        }
        sum = sum &+ UInt64(count)
        while offset + 8 <= count {
            sum = rotated(sum ^ round(0, word(offset)), 27) &* p1 &+ p4
            offset += 8
        }
        if offset + 4 <= count {
            let half = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            sum = rotated(sum ^ UInt64(half) &* p1, 23) &* p2 &+ p3
            offset += 4
        }
        while offset < count {
            sum = rotated(sum ^ UInt64(bytes[offset]) &* p5, 11) &* p1
            offset += 1
        }
        sum = (sum ^ sum >> 33) &* p2
        sum = (sum ^ sum >> 29) &* p3
        return sum ^ sum >> 32
    }
}
