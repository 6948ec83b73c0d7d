import CImageCodecs
import Foundation

/// All that is known about one image format. A format of another name is another value of this, in a file of its own.
struct ImageFormatTraits: Sendable {
    /// The C functions' shape.
    typealias ReadHeader =
        @Sendable (
            _ source: UnsafePointer<UInt8>?, _ count: Int, _ header: UnsafeMutablePointer<codecs_header>?,
            _ report: UnsafeMutablePointer<codecs_report>?
        ) -> codecs_status
    typealias Decode =
        @Sendable (
            _ source: UnsafePointer<UInt8>?, _ count: Int, _ width: UInt32, _ height: UInt32,
            _ rgb: UnsafeMutablePointer<UInt8>?, _ report: UnsafeMutablePointer<codecs_report>?
        ) -> codecs_status

    /// For people.
    let name: String
    /// The registered one first, then others that clients send.
    let mediaTypes: [String]
    /// Of files' names, in lower case and without the dot; the usual one first.
    let fileExtensions: [String]
    /// What to save a file as that is legal but not decoded.
    let plainKind: String
    /// Whether a file of this format begins with these bytes.
    let begins: @Sendable (_ bytes: Data) -> Bool
    let header: ReadHeader
    /// To upright or stored RGB: orientation is applied later.
    let decode: Decode
    /// Collects what the file says about its orientation; reads inside the bytes only, whatever lengths they tell.
    let findOrientation: @Sendable (_ bytes: UnsafeRawBufferPointer, _ clues: inout OrientationClues) -> Void
}
