import Engine
import Foundation
import TestSupport
import Testing

@testable import Server

/// What the engine's process does about a server that does not keep to the protocol: it ends, so that another is started,
/// where its caller would wait until a picture's time is up.
@Suite struct EngineProtocolTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func engine(given bytes: Data) throws -> (ending: RunningProcess.Ending, errors: String) {
        let input = try directory.write(bytes, "tasks")
        let process = try RunningProcess([
            "/bin/sh", "-c", #"exec "$1" engine --threads 1 <"$2""#, "sh", try Binary.path(), input,
        ])
        return (try process.wait(), process.errors.text)
    }

    private func task(_ id: UInt64) throws -> Data {
        let options = try LabelingOptions(model: try Model.embedded().description)
        let frame = try Frame(
            EngineTask(id: id, work: .label(labels: nil, options: options)), body: try Picture.png.bytes)
        return frame.parts.reduce(into: Data()) { $0 += $1 }
    }

    @Test func moreTasksThanItHasSlots_endIt() throws {
        let tasks = try (1...16).reduce(into: Data()) { $0 += try task(UInt64($1)) }
        let (ending, errors) = try engine(given: tasks)
        #expect(ending == .exited(1) && errors.contains("more than 2 tasks"), "\(ending): \(errors)")
    }

    @Test func whatIsNoTask_endsIt() throws {
        let header = try Frame(["id": "1"]).parts.reduce(into: Data()) { $0 += $1 }
        for bytes in [Data("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8), header] {
            let (ending, errors) = try engine(given: bytes)
            #expect(ending == .exited(1) && errors.contains("what is no task"), "\(ending): \(errors)")
        }
    }

    @Test func endOfItsInput_endsItWithoutComplaint() throws {
        let (ending, errors) = try engine(given: Data())
        #expect(ending == .exited(0) && errors.isEmpty, "\(errors)")
    }
}
