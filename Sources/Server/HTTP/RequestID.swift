/// Identifiers by which a client and the log speak of the same request.
enum RequestID {
    static let longest = 128

    /// A client's identifier is taken over when it is short and has only letters, digits, `-`, `_`, `.` and `:`.
    static func isSane(_ text: String) -> Bool {
        let isAllowed = { (byte: UInt8) in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: ":"):
                true
            default: false
            }
        }
        return !text.isEmpty && text.utf8.count <= longest && text.utf8.allSatisfy(isAllowed)
    }

    /// 128 random bits in hexadecimal.
    static func generate() -> String {
        let words = [UInt64.random(in: 0...UInt64.max), UInt64.random(in: 0...UInt64.max)]
        return words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
