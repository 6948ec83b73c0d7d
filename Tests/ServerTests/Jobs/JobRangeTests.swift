import Engine
import Foundation
import Store
import TestSupport
import Testing

@testable import Server

@Suite struct JobRangeTests {
    @Test func ranges_areBytesOfTheWhole() throws {
        let (_, client, job) = try JobResultTests.ended()
        let path = "/v1/jobs/\(job)/result.tar"
        let whole = try client.get(path).body
        let length = whole.count
        let ranges: [(String, Range<Int>)] = [
            ("0-0", 0..<1), ("0-511", 0..<512), ("100-", 100..<length), ("-1", length - 1..<length),
            ("-2000", length - 2000..<length), ("-\(length * 2)", 0..<length), ("511-513", 511..<514),
            ("7-\(length * 2)", 7..<length), ("\(length - 1)-", length - 1..<length),
        ]
        for (text, range) in ranges {
            let answer = try client.get(path, fields: "Range: bytes=\(text)\r\n")
            #expect(answer.status == 206)
            #expect(answer.field("Content-Range") == "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)")
            #expect(answer.body == whole[range])
        }
        for text in ["\(length)-", "\(length + 5)-\(length + 9)", "-0"] {
            let answer = try client.get(path, fields: "Range: bytes=\(text)\r\n")
            #expect(answer.status == 416)
            #expect(answer.field("Content-Range") == "bytes */\(length)")
        }
        for text in ["bytes=0-1,3-4", "bytes=5-2", "bytes=a-b", "bytes=-", "items=0-1"] {
            let answer = try client.get(path, fields: "Range: \(text)\r\n")
            #expect(answer.status == 200 && answer.body == whole)
        }
    }

    @Test func download_isResumedAnywhere() throws {
        let (_, client, job) = try JobResultTests.ended()
        let path = "/v1/jobs/\(job)/result.tar"
        let whole = try client.get(path)
        let etag = try #require(whole.field("ETag"))
        for start in stride(from: 0, to: whole.body.count, by: 509) {
            let rest = try client.get(path, fields: "Range: bytes=\(start)-\r\nIf-Range: \(etag)\r\n")
            #expect(rest.status == 206)
            #expect(rest.body == whole.body[start...])
        }
    }

    /// The answer says no-cache: a client may keep it, and asks each time whether it still holds.
    @Test func resultThatTheClientHas_isNotSentAgain() throws {
        let (_, client, job) = try JobResultTests.ended()
        let path = "/v1/jobs/\(job)/result.tar"
        let etag = try #require(try client.get(path).field("ETag"))
        for known in [etag, "\"other\", W/\(etag)", "*"] {
            // Before the range (RFC 9110 section 13.2.2).
            let answer = try client.get(path, fields: "If-None-Match: \(known)\r\nRange: bytes=0-9\r\n")
            #expect(answer.status == 304 && answer.body.isEmpty && answer.field("ETag") == etag, "\(known)")
        }
        #expect(try client.get(path, fields: "If-None-Match: \"other\"\r\n").status == 200)
    }

    @Test func retriedJob_hasAnotherETag_andIsSentWhole() throws {
        let (server, client, job) = try JobResultTests.ended()
        let path = "/v1/jobs/\(job)/result.tar"
        let before = try client.get(path)
        let etag = try #require(before.field("ETag"))
        #expect(try client.get(path).field("ETag") == etag)
        _ = try client.command(job, "retry")
        try server.awaitEnd(job)
        let after = try client.get(path, fields: "Range: bytes=100-\r\nIf-Range: \(etag)\r\n")
        #expect(after.status == 200 && after.field("ETag") != etag)
        #expect(try TarReader(after.body)["SegmentationClass/failing.png"] != nil)
        // With a cursor it is another thing.
        #expect(try client.get("\(path)?cursor=1").field("ETag") != after.field("ETag"))
    }

    @Test func head_tellsTheLength_andKnowsNoRange() throws {
        let (_, client, job) = try JobResultTests.ended()
        let path = "/v1/jobs/\(job)/result.tar"
        let whole = try client.get(path)
        for fields in ["", "Range: bytes=0-9\r\n"] {
            try client.send("HEAD \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
            let head = try client.answer(toHEAD: true)
            #expect(head.status == 200)
            #expect(head.field("Content-Length") == "\(whole.body.count)")
            #expect(head.field("ETag") == whole.field("ETag"))
        }
    }

    @Test func purgedJob_breaksTheDownloadOff() throws {
        let (server, client, job) = try JobResultTests.ended()
        let id = try #require(JobID(rawValue: job))
        let record = try #require(try server.store.job(id))
        let archive = try VOCArchive(
            record, range: JobResultRange(record, after: -1), store: server.store, labelmap: "")
        _ = try archive.nextParts()
        _ = try client.delete("/v1/jobs/\(job)?purge=true")
        var sent = 0
        while true {
            let parts = try archive.nextParts()
            if parts.isEmpty { break }
            sent += parts.reduce(0) { $0 + $1.length }
        }
        // Less than announced: the connection is cut, so the client sees that something is missing.
        #expect(sent < archive.length)
    }
}
