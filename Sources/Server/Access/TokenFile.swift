import Foundation
import Text

/// A file of tokens: lines `NAME SCOPES sha256:HEX`; empty lines and lines that begin with `#` are skipped.
public enum TokenFile {
    /// Each request is compared with every token.
    static let maximumTokens = 10_000
    static let maximumBytes = 4 << 20

    /// - Throws: `TokenFileError`, which names the file, the line and what is wrong.
    public static func read(_ path: String) throws -> [AccessToken] {
        let content: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            content = try file.read(upToCount: maximumBytes + 1) ?? Data()
        } catch {
            throw TokenFileError(path: path, line: nil, reason: "cannot be read: \(FileFault.words(of: error))")
        }
        guard content.count <= maximumBytes, let text = String(validating: content, as: UTF8.self) else {
            throw TokenFileError(path: path, line: nil, reason: "is no text of at most \(maximumBytes) bytes")
        }
        return try parse(text, path: path)
    }

    public static func parse(_ text: String, path: String) throws -> [AccessToken] {
        var tokens: [AccessToken] = []
        var names: Set<String> = []
        var digests: Set<Data> = []
        for (index, line) in text.withoutByteOrderMark.lines.enumerated() {
            guard let content = content(of: line) else { continue }
            func error(_ reason: String) -> TokenFileError {
                TokenFileError(path: path, line: index + 1, reason: reason)
            }
            do {
                let token = try AccessToken(line: content)
                guard names.insert(token.name).inserted else { throw error("\(token.name) is there already") }
                guard digests.insert(token.digest).inserted else {
                    throw error("\(token.name) has the same hash as a token before it")
                }
                tokens.append(token)
            } catch let invalid as InvalidToken {
                throw error(invalid.description)
            }
            guard tokens.count <= maximumTokens else { throw error("there are more than \(maximumTokens) tokens") }
        }
        return tokens
    }

    /// nil where the line has no token.
    private static func content(of line: some StringProtocol) -> String? {
        let content = String(line.withoutASCIISpace)
        return content.isEmpty || content.utf8.first == UInt8(ascii: "#") ? nil : content
    }

    /// The text without the tokens of these names; comments, empty lines and line ends stay as they are.
    /// - Returns: also how many tokens are left.
    /// - Throws: `TokenFileError` where the text is no token file, or has no token of one of the names.
    public static func removing(_ names: [String], from text: String, path: String) throws -> (text: String, left: Int)
    {
        let tokens = try parse(text, path: path)
        // Names are ASCII, and short.
        let there = Set(tokens.map(\.name))
        if let missing = names.first(where: { !$0.isASCII || !there.contains($0) }) {
            throw TokenFileError(path: path, line: nil, reason: "has no token named \(missing.cut(bytes: 80).shown)")
        }
        let revoked = Set(names)
        var kept = ""
        var rest = text[...]
        while !rest.isEmpty {
            // With its line end.
            let line = rest[..<(rest.firstLineEnd?.next ?? rest.endIndex)]
            rest = rest[line.endIndex...]
            let token = try content(of: line.withoutByteOrderMark).map { try AccessToken(line: $0) }
            if let token, revoked.contains(token.name) { continue }
            kept += line
        }
        return (kept, tokens.count - revoked.count)
    }
}

/// Why a token file cannot be used.
public struct TokenFileError: Error, Equatable, CustomStringConvertible {
    public let path: String
    /// nil when it is about the whole file.
    public let line: Int?
    public let reason: String
    public var description: String { "token file \(path)\(line.map { ", line \($0)" } ?? ""): \(reason)" }
}
