import Foundation

// A WebP file.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWebP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    checkDecoding(Data(bytes: UnsafeRawPointer(start ?? UnsafePointer(bitPattern: 1)!), count: count))
    return 0
}
