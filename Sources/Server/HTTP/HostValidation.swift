/// Grammar of `Host = uri-host [ ":" port ]` (RFC 9110 section 7.2, RFC 3986 section 3.2.2). An empty host is refused,
/// as RFC 9110 section 4.2.1 asks for http URLs; so is user information.
enum HostValidation {
    static func isValid(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        let value = Array(bytes)
        if value.first == UInt8(ascii: "[") {
            guard let end = value.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = value[1..<end]
            let isAddress = { (byte: UInt8) in
                ASCII.hexValue(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
            }
            guard address.count >= 2, address.contains(UInt8(ascii: ":")), address.allSatisfy(isAddress) else {
                return false
            }
            return isPort(value[(end + 1)...])
        }
        let colon = value.firstIndex(of: UInt8(ascii: ":")) ?? value.endIndex
        let host = value[..<colon]
        return !host.isEmpty && isRegisteredName(host) && isPort(value[colon...])
    }

    private static func isRegisteredName(_ host: ArraySlice<UInt8>) -> Bool {
        var index = host.startIndex
        while index < host.endIndex {
            if host[index] == UInt8(ascii: "%") {
                guard index + 2 < host.endIndex, ASCII.hexValue(host[index + 1]) != nil,
                    ASCII.hexValue(host[index + 2]) != nil
                else { return false }
                index += 3
            } else if ASCII.isUnreservedOrSubDelimiter(host[index]) {
                index += 1
            } else {
                return false
            }
        }
        return true
    }

    /// Nothing, `:` or `:` and a number up to 65535.
    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        let digits = bytes.dropFirst()
        guard first == UInt8(ascii: ":"), digits.count <= 5, digits.allSatisfy(ASCII.isDigit) else { return false }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 65535
    }
}
