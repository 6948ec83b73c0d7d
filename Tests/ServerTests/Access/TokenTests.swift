import Foundation
import Testing

@testable import Server

@Suite struct TokenTests {
    private let hash = "sha256:" + String(repeating: "0a", count: 32)

    private func parse(_ text: String) throws -> [AccessToken] { try TokenFile.parse(text, path: "F") }

    @Test func madeToken_isFoundByItsSecret_andNowhereInItsLine() throws {
        let (token, secret) = try AccessToken.make(name: "anna", scope: .label)
        #expect(secret.utf8.count == 46 && !token.line.contains(secret))
        #expect(token.line.hasPrefix("anna read,label sha256:"))
        #expect(try parse(token.line) == [token])
        #expect(try AccessToken.make(name: "anna", scope: .label).secret != secret)
    }

    @Test func file_hasCommentsAndEmptyLines() throws {
        let other = "sha256:" + String(repeating: "0B", count: 32)
        let tokens = try parse("# tokens\n\n a read \(hash)\nb label,read \(other)\r\n")
        #expect(tokens.map(\.name) == ["a", "b"] && tokens.map(\.scope) == [.read, .label])
    }

    @Test(arguments: [
        "a", "a read", "a read sha256:00", "a read md5:00", "a write H", "a read, H", "a read label H", "ä read H",
        "a/b read H", "a read H x", "a READ H", "a read sha256:\(String(repeating: "g", count: 64))",
        "a read H\na label sha256:\(String(repeating: "0", count: 64))", "a read H\nb read H",
    ])
    func line_thatIsWrong_isRefusedByItsNumber_withoutBeingRepeated(_ text: String) throws {
        let text = text.replacingOccurrences(of: "H", with: hash)
        let error = try #require(throws: TokenFileError.self) { try parse("# x\n" + text) }
        #expect(error.line == 1 + text.split(separator: "\n").count)
        #expect(!error.description.contains("0a0a"))
    }

    @Test func revokedTokens_goFromTheText_andNothingElseDoes() throws {
        func line(_ name: String, _ digit: String) -> String {
            "\(name) read sha256:\(String(repeating: digit, count: 64))"
        }
        let text = "\u{feff}# ours\r\n \(line("a", "1")) \r\n\n\(line("b", "2"))\r\(line("aa", "3"))\n# end"
        let (kept, left) = try TokenFile.removing(["a", "aa"], from: text, path: "F")
        #expect(kept == "\u{feff}# ours\r\n\n\(line("b", "2"))\r# end" && left == 1)
        #expect(try TokenFile.removing(["b", "b", "a", "aa"], from: text, path: "F").left == 0)
        for names in [["c"], ["a", "c"], [""], ["A"], ["\u{212B}"]] {
            #expect(throws: TokenFileError.self) { try TokenFile.removing(names, from: text, path: "F") }
        }
        #expect(throws: TokenFileError.self) { try TokenFile.removing(["a"], from: text + "\nx", path: "F") }
    }

    @Test func scopes_implyThoseBelow() {
        #expect(Scope(list: "admin")?.list == "read,label,admin")
        #expect(Scope(list: "read,label") == .label && Scope(list: "") == nil && Scope(list: "root") == nil)
        #expect(Scope.admin > .label && Scope.label > .read)
    }

    @Test func table_findsTokens_andKeepsThemWhenTheFileGoesBad() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("tokens-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        func write(_ tokens: AccessToken...) throws {
            try tokens.map(\.line).joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        }
        let first = try AccessToken.make(name: "first", scope: .read)
        let second = try AccessToken.make(name: "second", scope: .admin)
        #expect(throws: TokenFileError.self) { try TokenTable(path: path) }
        try write(first.token)
        let table = try TokenTable(path: path)
        #expect(table.token(secret: first.secret) == first.token)
        #expect(table.token(secret: second.secret) == nil && table.token(secret: "") == nil)

        try write()
        #expect(throws: TokenFileError.self) { try table.reload() }
        try "garbage".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: TokenFileError.self) { try table.reload() }
        #expect(table.token(secret: first.secret) == first.token)

        try write(second.token)
        try table.reload()
        #expect(table.token(secret: first.secret) == nil && table.token(secret: second.secret) == second.token)
    }
}
