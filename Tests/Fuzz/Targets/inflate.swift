import Foundation
import HTTPTypes

@testable import Server

// A compressed body, as it arrives.

private let limits = [0, 1, 100, 16_384]

/// What becomes of a body: its bytes, or the status of its refusal.
private struct Outcome: Equatable {
    var body = Data()
    var refusal: Int?

    init(_ pieces: [ArraySlice<UInt8>], _ coding: ContentCoding, maximumBytes: Int) {
        let decoder = ContentDecoder(coding, maximumBytes: maximumBytes)
        do throws(Rejection) {
            for piece in pieces {
                try decoder.decode(Data(piece), into: &body)
                while decoder.hasMore { try decoder.decode(Data(), into: &body) }
                require(body.count <= maximumBytes, "a body of \(body.count) bytes, of \(maximumBytes)")
            }
            try decoder.finish()
        } catch {
            require(body.count <= maximumBytes, "a refused body of \(body.count) bytes, of \(maximumBytes)")
            refusal = error.status.code
            body = Data()
        }
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzInflate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = bytes.first else { return 0 }
    let coding = choice & 1 == 0 ? ContentCoding.gzip : .deflate
    let maximum = limits[Int(choice >> 1) % limits.count]
    let content = bytes.dropFirst()
    let whole = Outcome([content], coding, maximumBytes: maximum)
    var decisions = Decisions(bytes)
    let pieces = Outcome(decisions.pieces(of: Array(content), upTo: 40), coding, maximumBytes: maximum)
    require(pieces == whole, "in pieces it is \(pieces), whole \(whole)")
    return 0
}
