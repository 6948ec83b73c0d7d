import Crypto
import Engine
import Foundation
import Text

/// One named token as a server keeps it: only the hash of its secret.
public struct AccessToken: Sendable, Equatable {
    public let name: String
    public let scope: Scope
    /// SHA-256 of the secret's text. The secret has 256 random bits, so a plain hash cannot be searched.
    let digest: Data

    private static let hashPrefix = "sha256:"
    private static let longestName = 64

    /// Makes a new secret.
    /// - Returns: the token to keep, and the secret to hand to its owner; it is nowhere else.
    public static func make(name: String, scope: Scope) throws -> (token: AccessToken, secret: String) {
        guard isName(name) else { throw InvalidToken(nameRule) }
        let random = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let text = random.base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        let secret = "pl_" + text
        return (AccessToken(name: name, scope: scope, digest: Data(SHA256.hash(data: Data(secret.utf8)))), secret)
    }

    /// Of the secret, in lower-case hex digits.
    public var hash: String { digest.hexDigits }

    /// `NAME SCOPES sha256:HEX`, as in a token file.
    public var line: String { "\(name) \(scope.list) \(Self.hashPrefix)\(hash)" }

    init(name: String, scope: Scope, digest: Data) {
        self.name = name
        self.scope = scope
        self.digest = digest
    }

    /// - Throws: `InvalidToken`, which says what is wrong with the line without repeating it: it may hold a secret.
    init(line: some StringProtocol) throws {
        // Names, scopes and hashes are ASCII; what is not may take long to compare.
        guard line.isASCII else { throw InvalidToken("a line is NAME SCOPES sha256:HEX, all of it ASCII") }
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count == 3 else { throw InvalidToken("a line is NAME SCOPES sha256:HEX") }
        guard Self.isName(words[0]) else { throw InvalidToken(Self.nameRule) }
        guard let scope = Scope(list: words[1]) else {
            let known = Scope.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidToken("scopes are \(known), separated by commas without spaces")
        }
        guard words[2].hasPrefix(Self.hashPrefix),
            let digest = Self.bytes(hex: words[2].dropFirst(Self.hashPrefix.count)), digest.count == SHA256.byteCount
        else { throw InvalidToken("the hash is sha256: and 64 hex digits; pseudolabel token NAME makes a line") }
        self.init(name: String(words[0]), scope: scope, digest: digest)
    }

    private static let nameRule = "a name is 1 to \(longestName) letters, digits, or any of . _ -"

    private static func isName(_ text: some StringProtocol) -> Bool {
        (1...longestName).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                ASCII.isAlphanumeric(byte) || ".-_".utf8.contains(byte)
            }
    }

    private static func bytes(hex text: some StringProtocol) -> Data? {
        let digits = text.utf8.map(ASCII.hexValue)
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
        let values = digits.compactMap { $0 }
        return Data(stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] })
    }
}

/// What is wrong with a token's line or name.
public struct InvalidToken: Error, Equatable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
