/// The lattice vertices met so far, numbered from 1 in the order of their first appearance: a hash table with open
/// addressing over packed 64-bit keys. Number 0 stands for "no such vertex".
///
/// Only lives while a lattice is built. Memory: 12 bytes a slot, at most half of the slots used, 8 bytes a vertex.
struct VertexTable {
    /// Keys in the order of their numbers; `keys[0]` is a placeholder for the missing vertex.
    private(set) var keys: [UInt64] = [0]
    private var slots: [Slot]
    private var shift: UInt64

    private struct Slot {
        var key: UInt64 = 0
        var number: UInt32 = 0
    }

    /// Vertices found, without the placeholder.
    var count: Int { keys.count - 1 }

    init() {
        let bits = 14
        slots = [Slot](repeating: Slot(), count: 1 << bits)
        shift = UInt64(64 - bits)
    }

    /// The number of the vertex with this key; a vertex not met before gets the next number.
    @inline(__always)
    mutating func insert(_ key: UInt64) -> UInt32 {
        var position = home(of: key)
        let mask = slots.count &- 1
        let found: UInt32 = slots.withUnsafeMutableBufferPointer { slots in
            while slots[position].number != 0 {
                if slots[position].key == key { return slots[position].number }
                position = (position &+ 1) & mask
            }
            return 0
        }
        if found != 0 { return found }
        let number = UInt32(truncatingIfNeeded: keys.count)
        keys.append(key)
        slots[position] = Slot(key: key, number: number)
        if keys.count &* 2 > slots.count { grow() }
        return number
    }

    /// The number of the vertex with this key, or 0.
    @inline(__always)
    func find(_ key: UInt64) -> UInt32 {
        let mask = slots.count &- 1
        var position = home(of: key)
        return slots.withUnsafeBufferPointer { slots in
            while slots[position].number != 0, slots[position].key != key {
                position = (position &+ 1) & mask
            }
            return slots[position].number
        }
    }

    /// Fibonacci hashing: the top bits of the product depend on all bits of the key.
    @inline(__always)
    private func home(of key: UInt64) -> Int {
        let mixed = key ^ (key &>> 29)
        return Int(truncatingIfNeeded: (mixed &* 0x9E37_79B9_7F4A_7C15) &>> shift)
    }

    @inline(never)
    private mutating func grow() {
        shift -= 2
        slots = [Slot](repeating: Slot(), count: slots.count * 4)
        let mask = slots.count - 1
        for number in 1..<keys.count {
            var position = home(of: keys[number])
            while slots[position].number != 0 { position = (position + 1) & mask }
            slots[position] = Slot(key: keys[number], number: UInt32(number))
        }
    }
}
