import Foundation
import Store
import TestSupport
import Testing

@testable import Server

/// A server with two tokens of two tenants and one of its administrator.
struct TenantServer {
    let server: JobServer
    let client: TestClient
    private let tokens: TestTokens

    init(
        isWorking: Bool = true, isShared: Bool = false, limits: RequestLimits = RequestLimits()
    ) throws {
        tokens = try TestTokens([("anna", .label), ("bert", .label), ("root", .admin)])
        server = try JobServer.make(isWorking: isWorking, limits: limits, tokens: tokens, isShared: isShared)
        client = try server.client()
    }

    /// The header line of a token.
    func line(_ name: String) -> String { tokens.line(name) }

    func get(_ path: String, as name: String) throws -> TestClient.Answer {
        try client.get(path, fields: tokens.line(name))
    }

    func head(_ path: String, as name: String) throws -> TestClient.Answer {
        try client.send("HEAD \(path) HTTP/1.1\r\nHost: localhost\r\n\(tokens.line(name))\r\n")
        return try client.answer(toHEAD: true)
    }

    func delete(_ path: String, as name: String) throws -> TestClient.Answer {
        try client.delete(path, fields: tokens.line(name))
    }

    func post(_ path: String, as name: String) throws -> TestClient.Answer {
        try client.post(path, nil, Data(), fields: tokens.line(name))
    }

    func postJob(_ items: [[String: Any]], as name: String) throws -> TestClient.Answer {
        try client.postJob(items, fields: tokens.line(name))
    }

    func newJob(_ items: [[String: Any]], as name: String) throws -> JobAnswer {
        let answer = try postJob(items, as: name)
        #expect(answer.status == 202, "\(answer.text)")
        return try answer.document()
    }

    func upload(_ picture: Data, as name: String) throws -> TestClient.Answer {
        try client.put("/v1/images/\(sha256(picture))", nil, picture, fields: tokens.line(name))
    }

    func postMask(as name: String) throws -> TestClient.Answer { try client.postMask(fields: tokens.line(name)) }

    /// Of a stub's mask.
    func putGroundTruth(of mask: String, as name: String) throws -> TestClient.Answer {
        try client.putGroundTruth(TruthFixture.png(index: 1, width: 3, height: 2), of: mask, fields: tokens.line(name))
    }

    /// A job of one picture that is done.
    func doneJob(_ picture: Data, as name: String) throws -> JobAnswer {
        let job = try newJob([item("a", picture)], as: name)
        if job.missing?.isEmpty == false { #expect(try upload(picture, as: name).status == 201) }
        try server.awaitEnd(job.id)
        return job
    }
}
