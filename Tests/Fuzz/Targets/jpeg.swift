import Foundation

// A JPEG file.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJPEG(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    checkDecoding(Data(bytes: UnsafeRawPointer(start ?? UnsafePointer(bitPattern: 1)!), count: count))
    return 0
}
