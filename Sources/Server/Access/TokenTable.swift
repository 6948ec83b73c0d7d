import Crypto
import Foundation
import Synchronization

/// The tokens that are valid now, from a file that can be read again.
public final class TokenTable: Sendable {
    private let path: String
    private let tokens: Mutex<[AccessToken]>
    /// By the hash of their secrets.
    private let digests: Mutex<[Data: AccessToken]>

    /// - Throws: `TokenFileError`; a file without any token is one, because nobody could use the server.
    public init(path: String) throws {
        self.path = path
        let read = try Self.read(path)
        tokens = Mutex(read)
        digests = Mutex(Self.byDigest(read))
    }

    public var count: Int { tokens.withLock(\.count) }

    /// Reads the file again. Where that fails the tokens stay as they are.
    /// - Throws: `TokenFileError`.
    public func reload() throws {
        let new = try Self.read(path)
        tokens.withLock { $0 = new }
        digests.withLock { $0 = Self.byDigest(new) }
    }

    /// The token with this secret. Always looks at every token, and compares hashes in constant time.
    func token(secret: String) -> AccessToken? {
        let digest = SHA256.hash(data: Data(secret.utf8))
        return tokens.withLock { $0 }.reduce(nil) { found, token in
            digest == token.digest ? token : found
        }
    }

    /// The token with this hash. For a hash that was found before: what a client sends is compared in constant time.
    func token(digest: Data) -> AccessToken? { digests.withLock { $0[digest] } }

    private static func byDigest(_ tokens: [AccessToken]) -> [Data: AccessToken] {
        Dictionary(tokens.map { ($0.digest, $0) }) { first, _ in first }
    }

    private static func read(_ path: String) throws -> [AccessToken] {
        let tokens = try TokenFile.read(path)
        guard !tokens.isEmpty else {
            throw TokenFileError(
                path: path, line: nil, reason: "has no token; pseudolabel token NAME --file \(path) adds one")
        }
        return tokens
    }
}
