import Foundation

/// Runs the part of Python's pickle language (protocols 2 to 5, `Lib/pickletools.py`) that `torch.save` writes for
/// tensors in plain containers. It makes values and nothing else: no name of the pickle is ever looked up or called.
///
/// Stack, memo and containers are bounded in number and grow by at most one an instruction, so memory is bounded by
/// the pickle's bytes.
struct PickleMachine {
    static let maximumBytes = 16 << 20
    static let maximumValues = 1_000_000

    var cursor: ByteCursor
    var heap = PickleHeap()
    /// Largest storage that the pickle may announce: the file's bytes.
    let maximumStorageBytes: Int
    private var stack: [PickleValue] = []
    /// Heights of the stack at each MARK.
    private var marks: [Int] = []
    private var memo: [UInt32: PickleValue] = [:]
    private var containers = 0

    /// - Parameter cursor: at the pickle's first byte; after `run` behind its last.
    init(_ cursor: ByteCursor, maximumStorageBytes: Int) {
        self.cursor = cursor
        self.maximumStorageBytes = maximumStorageBytes
    }

    /// - Returns: what the pickle leaves on the stack; its containers are in `heap`.
    mutating func run() throws(ModelError) -> PickleValue {
        let start = cursor.position
        while true {
            guard cursor.position - start <= PickleMachine.maximumBytes else {
                throw cursor.fault("its pickle is longer than \(PickleMachine.maximumBytes) bytes")
            }
            let opcode = try cursor.number(UInt8.self)
            if opcode == UInt8(ascii: ".") { return try pop() }
            if try !pushPlain(opcode), try !changeContainer(opcode), try !runObject(opcode) {
                throw cursor.fault(
                    "pickle instruction \([opcode].hexDigits) at byte \(cursor.position - 1) is none that torch.save "
                        + "writes for tensors (protocols 2 to 5)")
            }
        }
    }

    // MARK: - Stack

    mutating func push(_ value: PickleValue) throws(ModelError) {
        guard stack.count < PickleMachine.maximumValues else { throw cursor.fault("its pickle has too many values") }
        stack.append(value)
    }

    mutating func pop() throws(ModelError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
            throw cursor.fault("its pickle takes a value from an empty stack at byte \(cursor.position - 1)")
        }
        return value
    }

    /// The values above the last MARK, which goes too.
    private mutating func popToMark() throws(ModelError) -> [PickleValue] {
        guard let mark = marks.popLast() else {
            throw cursor.fault("its pickle lacks a mark at byte \(cursor.position - 1)")
        }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    // MARK: - Instructions

    /// Instructions that push one value without others' help, and those that push none.
    /// - Returns: false for an instruction of another kind.
    private mutating func pushPlain(_ opcode: UInt8) throws(ModelError) -> Bool {
        switch opcode {
        case 0x80:  // PROTO
            let version = try cursor.number(UInt8.self)
            guard (2...5).contains(version) else { throw cursor.fault("pickle protocol \(version) is not 2 to 5") }
        case 0x95:  // FRAME: how much a reader may fetch at once
            _ = try cursor.number(UInt64.self)
        case UInt8(ascii: "N"): try push(.none)
        case 0x88: try push(.boolean(true))
        case 0x89: try push(.boolean(false))
        case UInt8(ascii: "J"): try push(.integer(Int(try cursor.number(Int32.self))))
        case UInt8(ascii: "K"): try push(.integer(Int(try cursor.number(UInt8.self))))
        case UInt8(ascii: "M"): try push(.integer(Int(try cursor.number(UInt16.self))))
        case 0x8a:  // LONG1
            try push(PickleMachine.integer(try cursor.bytes(try cursor.number(UInt8.self))))
        case UInt8(ascii: "G"):  // BINFLOAT, big-endian
            try push(.real(Double(bitPattern: try cursor.number(UInt64.self).byteSwapped)))
        case UInt8(ascii: "X"), UInt8(ascii: "T"):  // T, U: the byte strings of Python 2
            try push(.string(try cursor.text(try cursor.number(UInt32.self))))
        case 0x8c, UInt8(ascii: "U"): try push(.string(try cursor.text(try cursor.number(UInt8.self))))
        case 0x8d: try push(.string(try cursor.text(try cursor.number(UInt64.self))))
        case UInt8(ascii: "B"): try push(.bytes(try cursor.bytes(try cursor.number(UInt32.self))))
        case UInt8(ascii: "C"): try push(.bytes(try cursor.bytes(try cursor.number(UInt8.self))))
        case 0x8e: try push(.bytes(try cursor.bytes(try cursor.number(UInt64.self))))
        case UInt8(ascii: "q"): try memorise(UInt32(try cursor.number(UInt8.self)))
        case UInt8(ascii: "r"): try memorise(try cursor.number(UInt32.self))
        case 0x94: try memorise(UInt32(memo.count))  // MEMOIZE
        case UInt8(ascii: "h"): try recall(UInt32(try cursor.number(UInt8.self)))
        case UInt8(ascii: "j"): try recall(try cursor.number(UInt32.self))
        default: return false
        }
        return true
    }

    /// Instructions of tuples, lists and dictionaries.
    /// - Returns: false for an instruction of another kind.
    private mutating func changeContainer(_ opcode: UInt8) throws(ModelError) -> Bool {
        switch opcode {
        case UInt8(ascii: "("):
            guard marks.count < PickleMachine.maximumValues else { throw cursor.fault("its pickle has too many marks") }
            marks.append(stack.count)
        case UInt8(ascii: "}"): try push(try makeDictionary())
        case UInt8(ascii: "]"): try push(.list(try makeSequence([])))
        case UInt8(ascii: ")"): try push(.tuple(try makeSequence([])))
        case UInt8(ascii: "t"): try push(.tuple(try makeSequence(try popToMark())))
        case 0x85, 0x86, 0x87:  // TUPLE1, TUPLE2, TUPLE3
            var values: [PickleValue] = []
            for _ in 0..<opcode - 0x84 { values.append(try pop()) }
            try push(.tuple(try makeSequence(values.reversed())))
        case UInt8(ascii: "a"): try append([try pop()])
        case UInt8(ascii: "e"): try append(try popToMark())
        case UInt8(ascii: "s"):
            let value = try pop()
            try set([try pop(), value])
        case UInt8(ascii: "u"): try set(try popToMark())
        default: return false
        }
        return true
    }

    private static func integer(_ bytes: Data) -> PickleValue {
        guard bytes.count <= 8 else { return .largeInteger(bytes) }
        let isNegative = bytes.last.map { $0 >= 0x80 } ?? false
        return .integer(bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) })
    }

    private mutating func memorise(_ index: UInt32) throws(ModelError) {
        let value = try pop()
        stack.append(value)
        guard memo.count < PickleMachine.maximumValues else { throw cursor.fault("its pickle's memo is too large") }
        memo[index] = value
    }

    private mutating func recall(_ index: UInt32) throws(ModelError) {
        guard let value = memo[index] else {
            throw cursor.fault("its pickle asks for memo \(index), which was never stored")
        }
        try push(value)
    }

    // MARK: - Containers

    private mutating func countContainer() throws(ModelError) {
        containers += 1
        guard containers <= PickleMachine.maximumValues else {
            throw cursor.fault("its pickle has too many containers")
        }
    }

    private mutating func makeSequence(_ values: [PickleValue]) throws(ModelError) -> Int {
        try countContainer()
        heap.sequences.append(values)
        return heap.sequences.count - 1
    }

    mutating func makeDictionary() throws(ModelError) -> PickleValue {
        try countContainer()
        heap.dictionaries.append([])
        return .dictionary(heap.dictionaries.count - 1)
    }

    /// Appends to the list on the stack.
    private mutating func append(_ values: [PickleValue]) throws(ModelError) {
        guard case .list(let index) = try pop() else { throw cursor.fault("its pickle appends to what is no list") }
        heap.sequences[index] += values
        stack.append(.list(index))
    }

    /// Sets the keys and values that alternate in `pairs` in the dictionary on the stack.
    private mutating func set(_ pairs: [PickleValue]) throws(ModelError) {
        guard case .dictionary(let index) = try pop(), pairs.count.isMultiple(of: 2) else {
            throw cursor.fault("its pickle sets a member of what is no dictionary, or a key without a value")
        }
        for key in stride(from: 0, to: pairs.count, by: 2) {
            heap.dictionaries[index].append((key: pairs[key], value: pairs[key + 1]))
        }
        stack.append(.dictionary(index))
    }
}
