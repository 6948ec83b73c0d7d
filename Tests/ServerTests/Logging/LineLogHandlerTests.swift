import Foundation
import Logging
import Synchronization
import Testing

@testable import Server

@Suite struct LineLogHandlerTests {
    private final class Lines: Sendable {
        let text = Mutex("")
        var all: [String] {
            text.withLock { $0 }.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private func log(_ format: LogFormat, _ body: (Logger) -> Void) -> [String] {
        let lines = Lines()
        body(
            Logger(label: "test") { _ in
                LineLogHandler(format, now: { Date(timeIntervalSince1970: 1.5) }) { line in
                    lines.text.withLock { $0 += String(decoding: line, as: UTF8.self) }
                }
            })
        return lines.all
    }

    @Test func text_isTimeLevelMessageAndPairs() {
        let lines = log(.text) { $0.warning("disk full", metadata: ["path": "/a b", "bytes": "12"]) }
        #expect(lines == [#"1970-01-01T00:00:01.500Z warning disk full bytes=12 path="/a b""#, ""])
    }

    @Test func json_isOneObject_withMetadataAsMembers() throws {
        let lines = log(.json) { $0.info("request", metadata: ["request_id": "a1", "status": "200"]) }
        #expect(lines.count == 2)
        let object = try JSONDecoder().decode([String: String].self, from: Data(lines[0].utf8))
        #expect(
            object == [
                "timestamp": "1970-01-01T00:00:01.500Z", "level": "info", "message": "request", "request_id": "a1",
                "status": "200",
            ])
    }

    @Test func numbersAndTruthValues_areNoTextInJSON() throws {
        let values: Logger.Metadata = [
            "status": .stringConvertible(200), "seconds": .stringConvertible(0.5), "complete": .stringConvertible(true),
            "count": "12", "none": .stringConvertible(Double.infinity),
        ]
        let json = log(.json) { $0.info("request", metadata: values) }
        let end =
            #""message":"request","none":"inf","seconds":0.5,"status":200,"timestamp":"1970-01-01T00:00:01.500Z"}"#
        #expect(json[0] == #"{"complete":true,"count":"12","level":"info","# + end)
        let text = log(.text) { $0.info("request", metadata: values) }
        #expect(text[0].hasSuffix("request complete=true count=12 none=inf seconds=0.5 status=200"))
    }

    @Test func accessLog_hasStatusAndDurationAsNumbers() {
        let exchange = Exchange(
            method: .get, path: "/a", route: "/{id}", status: .notFound, client: ClientIdentity(address: "192.0.2.1"),
            requestID: "r", duration: .milliseconds(12), isComplete: true)
        let line = log(.json) { AccessLog($0).record(exchange) }[0]
        for member in [#""status":404"#, #""milliseconds":12"#, #""complete":true"#, #""method":"GET""#] {
            #expect(line.contains(member), "\(line)")
        }
    }

    /// Also what terminals and other readers take for an end of a line, or for a command.
    @Test(arguments: LogFormat.allCases)
    func whateverIsLogged_staysOnOneLine(format: LogFormat) throws {
        let hostile = "x\nlevel=error forged\r\u{2028}\u{85}\u{1B}[2J\0\"quote\""
        let lines = log(format) { $0.info("\(hostile)", metadata: ["path": "\(hostile)", "level": "forged"]) }
        #expect(lines.count == 2)
        for character in ["\r", "\u{1B}", "\0"] { #expect(!lines[0].contains(character)) }
        if format == .json {
            let object = try JSONDecoder().decode([String: String].self, from: Data(lines[0].utf8))
            #expect(object["message"] == hostile && object["path"] == hostile && object["level"] == "info")
        } else {
            #expect(!lines[0].contains("\u{2028}") && !lines[0].contains("\u{85}"))
        }
    }

    @Test func whatMattersLess_isLeftOut() {
        #expect(log(.text) { $0.debug("detail") } == [""])
    }
}
