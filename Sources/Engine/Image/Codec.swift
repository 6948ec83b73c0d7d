import CImageCodecs
import Foundation

/// The C functions with Swift's types and errors.
enum Codec {
    struct Header {
        let width: Int
        let height: Int
        let bitsPerSample: Int
        let isIndexed: Bool
        let isGray: Bool

        /// Throws when width times height is above `limit`.
        func requireAtMost(_ limit: Int) throws(ImageError) {
            let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
            if overflow || pixels > limit { throw .tooManyPixels(width: width, height: height, limit: limit) }
        }
    }

    /// Samples, and what is odd about the file that they are from.
    struct Content<Sample> {
        let samples: [Sample]
        let warnings: [Warning]
    }

    /// Size and kind, as stored; nothing of the picture's size is allocated.
    static func header(of bytes: Data, format: ImageFormat) throws(ImageError) -> Header {
        let read = format.traits.header
        var header = codecs_header()
        var report = codecs_report()
        let status = bytes.withUnsafeBytes {
            read($0.bindMemory(to: UInt8.self).baseAddress, $0.count, &header, &report)
        }
        try check(status, report, format: format)
        return Header(
            width: Int(header.width), height: Int(header.height), bitsPerSample: Int(header.bits_per_sample),
            isIndexed: header.is_indexed != 0, isGray: header.is_gray != 0)
    }

    typealias Decode<Sample> = (
        _ source: UnsafePointer<UInt8>?, _ count: Int, _ target: UnsafeMutablePointer<Sample>?,
        _ report: UnsafeMutablePointer<codecs_report>
    ) -> codecs_status

    /// Runs a C decoder that fills `count` samples.
    static func read<Sample: FixedWidthInteger>(
        _ bytes: Data, format: ImageFormat, count: Int, with decode: Decode<Sample>
    ) throws(ImageError) -> Content<Sample> {
        var report = codecs_report()
        var status = codecs_ok
        let samples = [Sample](unsafeUninitializedCapacity: count) { target, initialized in
            status = bytes.withUnsafeBytes {
                decode($0.bindMemory(to: UInt8.self).baseAddress, $0.count, target.baseAddress, &report)
            }
            initialized = status == codecs_ok ? count : 0
        }
        try check(status, report, format: format)
        return Content(samples: samples, warnings: Oddity.warnings(of: report, format: format))
    }

    private static func check(
        _ status: codecs_status, _ report: codecs_report, format: ImageFormat
    ) throws(ImageError) {
        if status == codecs_ok { return }
        let reason = withUnsafeBytes(of: report.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        switch status {
        case codecs_unsupported: throw .unsupported(format, reason: "\(reason); save it as \(format.traits.plainKind)")
        case codecs_too_large: throw .sideTooLong(format, reason: reason)
        default: throw .corrupt(format, reason: reason)
        }
    }
}
