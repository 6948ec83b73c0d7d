import Foundation
import HTTPTypes

@testable import Server

// One request, head and body, as a connection reads it: whole, byte by byte, and in pieces.

/// Small limits, so that short inputs reach them.
private let limits = {
    var limits = ServerLimits()
    limits.headBytes = 512
    limits.fieldCount = 8
    limits.targetBytes = 128
    limits.chunkExtensionBytes = 32
    limits.trailerBytes = 64
    return limits
}()
private let maximumBody = 64

private enum Outcome: Equatable {
    case accepted(RequestHead, body: Data, rest: Data)
    case rejected(HTTPResponse.Status)
    case incomplete
}

private func read(_ pieces: [ArraySlice<UInt8>]) -> Outcome {
    var input = InputBuffer()
    var parser = RequestHeadParser(limits: limits)
    var reception: (head: RequestHead, decoder: BodyDecoder)?
    var body = Data()
    var done = false
    do throws(Rejection) {
        for piece in pieces {
            piece.withUnsafeBytes { input.append($0) }
            if done { continue }
            if reception == nil, let head = try parser.parse(&input) {
                check(head)
                reception = (head, try BodyDecoder(head.framing, maximumBytes: maximumBody, limits: limits))
            }
            done = try reception?.decoder.decode(&input, into: &body) == .complete
            require(body.count <= maximumBody, "the body of \(body.count) bytes is over its limit")
            // What is waiting for its end is one line: of the head, of a chunk's size, or of the trailers.
            require(done || input.count <= limits.headBytes, "\(input.count) bytes are buffered")
        }
    } catch {
        require((400...505).contains(error.status.code), "rejected as \(error.status)")
        return .rejected(error.status)
    }
    guard done, let reception else { return .incomplete }
    var rest = Data()
    _ = input.take(upTo: .max, into: &rest)
    return .accepted(reception.head, body: body, rest: rest)
}

/// What holds for every head that is let through.
private func check(_ head: RequestHead) {
    require(head.fields.count <= limits.fieldCount, "\(head.fields.count) fields")
    require(head.target.path.utf8.count <= limits.targetBytes, "a long target")
    require(head.version == .http10 || head.authority != nil, "HTTP/1.1 without authority")
    require(!head.target.segments.contains { $0 == "." || $0 == ".." || $0.contains("\0") }, "a path not resolved")
    require(!(head.expectsContinue && head.version == .http10), "100 Continue for HTTP/1.0")
    for field in head.fields {
        let isLine = field.value.utf8.contains { $0 == ASCII.carriageReturn || $0 == ASCII.lineFeed || $0 == 0 }
        require(!isLine && !field.name.rawName.isEmpty, "a field with a line end")
    }
    if case .length(let length) = head.framing { require(length > 0, "a length of \(length)") }
    if let authority = head.authority { require(HostValidation.isValid(authority.utf8), "authority \(authority)") }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let whole = read([bytes[...]])
    var decisions = Decisions(bytes)
    let pieces = read(decisions.pieces(of: bytes, upTo: 40))
    require(isSame(whole, pieces), "in pieces it is \(pieces), whole \(whole)")
    let single = read(bytes.indices.map { bytes[$0...$0] })
    require(isSame(whole, single), "byte by byte it is \(single), whole \(whole)")
    return 0
}

private func isSame(_ whole: Outcome, _ pieces: Outcome) -> Bool {
    if case .rejected(let whole) = whole, case .rejected(let pieces) = pieces { return agree(whole, pieces) }
    return whole == pieces
}
