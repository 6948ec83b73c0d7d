import Foundation
import TestSupport
import Testing

@testable import Server

@Test func namesThatOneFileSystemTakesForOne_areTold() {
    let warnings = SimilarNames.warnings(["a", "B", "A", "caf\u{e9}", "cafe\u{301}", "b", "c"])
    #expect(warnings.count == 3)
    #expect(warnings.first?.contains("names a and A differ only in case") == true)
    #expect(SimilarNames.warnings(["a", "b", "\u{e9}"]).isEmpty)
}

@Test func manySimilarNames_areCounted() {
    let names = (0..<150).flatMap { ["n\($0)", "N\($0)"] }
    let warnings = SimilarNames.warnings(names)
    #expect(warnings.count == 101)
    #expect(warnings.last == "and 50 more such names")
}

@Test func formsOfOneName_areTwoItemsAndAWarning() throws {
    let server = try JobServer.make(isWorking: false)
    let items = ["caf\u{e9}", "cafe\u{301}", "b"].map { #"{"name":"\#($0)","sha256":"\#(sha256(stubPicture(1)))"}"# }
    let body = Data(#"{"items":[\#(items.joined(separator: ","))]}"#.utf8)
    let answer = try server.client().post("/v1/jobs", "application/json", body)
    #expect(answer.status == 202)
    let document = try #require(try JSONSerialization.jsonObject(with: answer.body) as? [String: Any])
    #expect((document["counts"] as? [String: Int])?["total"] == 3)
    #expect((document["warnings"] as? [String])?.count == 1)
}
