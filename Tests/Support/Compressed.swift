import CZlib
import Foundation

/// How the tests compress what they send.
public enum Compressed: String, CaseIterable, Sendable {
    case gzip, zlib, deflateAlone

    /// Value of Content-Encoding.
    public var coding: String {
        switch self {
        case .gzip: "gzip"
        case .zlib, .deflateAlone: "deflate"
        }
    }

    public func callAsFunction(_ data: Data) -> Data {
        let windowBits: Int32 =
            switch self {
            case .gzip: 16 + MAX_WBITS
            case .zlib: MAX_WBITS
            case .deflateAlone: -MAX_WBITS
            }
        var stream = z_stream()
        deflateInit2_(
            &stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var input = Array(data)
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(data.count))))
        let made = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                deflate(&stream, Z_FINISH)
                return output.count - Int(stream.avail_out)
            }
        }
        return Data(output[..<made])
    }
}
