import Foundation

@testable import Engine

// A PNG file, as a picture and as a mask. The checksums of its chunks are made right first (of the input as it is,
// only the header is looked at): nearly every change would end at a wrong one, in code that is libpng's.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPNG(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var bytes = Array(UnsafeBufferPointer(start: start, count: count))
    _ = try? ImageDecoder(maximumPixels: maximumPixels).dimensions(of: Data(bytes))
    repairChecksums(&bytes)
    let data = Data(bytes)
    checkDecoding(data)
    // In colour it may be a mask, too: of classes' indices alone.
    let foreign = try? ForeignMask.decode(data, maximumPixels: maximumPixels, classCount: 20)
    guard let mask = try? VOCPNG.decode(data, maximumPixels: maximumPixels) else { return 0 }
    require(mask.width * mask.height <= maximumPixels, "a mask of \(mask.width) x \(mask.height)")
    require(mask.indices.count == mask.width * mask.height, "\(mask.indices.count) indices")
    // What was read can be written, and read again as the same.
    let highest = mask.indices.filter { $0 != IndexMask.ignore }.max() ?? 0
    let again = try? VOCPNG.decode(
        VOCPNG.encode(mask, classCount: max(Int(highest), 1)), maximumPixels: maximumPixels)
    require(again == mask, "written and read again it is another mask")
    // Of ground truth, only indices of classes are let through.
    let classCount = 20
    let isInRange = mask.indices.allSatisfy { $0 <= classCount || $0 == IndexMask.ignore }
    if isInRange { require(foreign == mask, "read as a mask from elsewhere it is another") }
    // One of background and what does not count measures nothing.
    let content = TruthContent(mask)
    let isUsable = isInRange && (content.hasClass || content.ignoredPixels == 0)
    let truth = try? GroundTruth.decode(data, width: mask.width, height: mask.height, classCount: classCount)
    require(truth == (isUsable ? mask : nil), "ground truth of other indices than the classes'")
    return 0
}

private let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(byte) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
}

private func repairChecksums(_ bytes: inout [UInt8]) {
    var chunk = 8
    while chunk + 12 <= bytes.count {
        let length = bytes[chunk..<chunk + 4].reduce(0) { $0 << 8 | Int($1) }
        let end = chunk + 8 + length
        guard end + 4 <= bytes.count else { return }
        let checksum = ~bytes[chunk + 4..<end].reduce(~0 as UInt32) { value, byte in
            value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
        }
        for byte in 0..<4 { bytes[end + byte] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * UInt32(byte))) }
        chunk = end + 4
    }
}
