import Foundation

@testable import Engine

// A model file: its header, and the values of every tensor.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSafetensors(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // At the end of memory of its own, so that AddressSanitizer sees a read beyond the file.
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 1)
    if let start { memory.copyMemory(from: start, byteCount: count) }
    let data = Data(bytesNoCopy: memory, count: count, deallocator: .custom { memory, _ in memory.deallocate() })
    guard let file = try? Safetensors(data, file: "input") else { return 0 }

    require(file.entries.count <= Safetensors.maximumTensors, "\(file.entries.count) tensors")
    var claimed = 0
    for (name, entry) in file.entries {
        require(entry.range.lowerBound >= 8 && entry.range.upperBound <= count, "\(name) lies outside the file")
        require(entry.shape.allSatisfy { $0 >= 0 }, "\(name) has shape \(entry.shape)")
        require(entry.range.count == entry.count * entry.type.bytes, "\(name) has \(entry.range.count) bytes")
        claimed += entry.range.count
        guard let values = try? file.floats(name, shape: entry.shape) else { continue }
        require(values.count == entry.count && values.allSatisfy(\.isFinite), "\(name) has other values")
    }
    let header = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    require(8 + Int(header) + claimed == count, "\(claimed) bytes are claimed")
    return 0
}
