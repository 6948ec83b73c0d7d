/// What all targets share: the input as bytes, decisions that are derived from it, and a check that ends the run.

/// Ends the process when a property does not hold, so that the fuzzer keeps the input. Not `precondition`, whose
/// message an optimised build drops.
@inline(__always)
func require(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { fatalError(message()) }
}

/// Numbers that the input alone decides (FNV-1a, then xorshift): the same input always runs the same way, and any
/// change of it is another way. So a seed stays a plain request or file, without bytes of control before it.
struct Decisions {
    private var state: UInt64

    init(_ bytes: some Collection<UInt8>) {
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        state = hash == 0 ? 1 : hash
    }

    /// A number in `0..<bound`.
    mutating func next(below bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }

    /// The bytes cut into pieces of 1 to `longest`.
    mutating func pieces(of bytes: [UInt8], upTo longest: Int) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = min(rest.count, 1 + next(below: longest))
            pieces.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}
