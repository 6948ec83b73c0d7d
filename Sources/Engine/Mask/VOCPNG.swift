import CImageCodecs
import Foundation

/// Masks as PASCAL VOC's label pictures.
///
/// - Up to 254 classes: an 8-bit indexed PNG with VOC's palette; pixel value = index, 255 = ignore.
/// - More classes do not fit beside the 255: a 16-bit gray PNG; pixel value = index, 65535 = ignore.
public enum VOCPNG {
    /// The most classes that an 8-bit file holds beside background and ignore.
    public static let maximumIndexedClasses = 254
    private static let byteIgnore: UInt8 = 255

    /// The pixel value of `IndexMask.ignore` in the masks of a model with so many classes.
    public static func ignoredValue(classCount: Int) -> Int {
        classCount > maximumIndexedClasses ? Int(IndexMask.ignore) : Int(byteIgnore)
    }

    /// - Parameter classCount: the model's number of classes; it alone decides the file's kind, so that all masks of
    ///   a model are of one kind.
    /// - Precondition: every index is at most `classCount` or `IndexMask.ignore`; `classCount` is below 65535.
    public static func encode(_ mask: IndexMask, classCount: Int) -> Data {
        precondition(classCount < Int(IndexMask.ignore))
        let highest = UInt16(classCount)
        precondition(mask.indices.allSatisfy { $0 <= highest || $0 == IndexMask.ignore })
        if classCount > maximumIndexedClasses {
            return PNGEncoder.gray16(width: mask.width, height: mask.height, values: mask.indices)
        }
        // The low byte of 65535 is 255.
        return PNGEncoder.indexed(
            width: mask.width, height: mask.height, indices: mask.indices.map { UInt8(truncatingIfNeeded: $0) },
            palette: VOCPalette.colors)
    }

    /// Reads a mask back: the raw values of an indexed PNG (the palette is not looked at) or of a gray one without
    /// alpha, of any bit depth; 255, in 16-bit files 65535, becomes `IndexMask.ignore`.
    ///
    /// - Throws: what `ImageDecoder` throws, under the same limit; `.unsupported` for colour pictures.
    public static func decode(
        _ bytes: Data, maximumPixels: Int = ImageDecoder.defaultMaximumPixels
    ) throws(ImageError) -> IndexMask {
        let header = try header(of: bytes)
        try header.requireAtMost(maximumPixels)
        let indices: [UInt16] =
            header.bitsPerSample == 16
            ? try samples(of: bytes, header)
            : try (samples(of: bytes, header) as [UInt8]).map { $0 == byteIgnore ? IndexMask.ignore : UInt16($0) }
        return IndexMask(width: header.width, height: header.height, indices: indices)
    }

    /// Width and height, from the header alone.
    ///
    /// - Throws: what `decode` throws of files whose header shows that they are no masks.
    public static func dimensions(of bytes: Data) throws(ImageError) -> (width: Int, height: Int) {
        let header = try header(of: bytes)
        return (header.width, header.height)
    }

    private static func header(of bytes: Data) throws(ImageError) -> Codec.Header {
        let header = try anyHeader(of: bytes)
        try requireIndices(header)
        return header
    }

    /// The header of a PNG of any kind.
    static func anyHeader(of bytes: Data) throws(ImageError) -> Codec.Header {
        let format = try ImageFormat.require(bytes)
        guard format == .png else { throw .unsupported(format, reason: "a mask is an indexed or gray PNG") }
        return try Codec.header(of: bytes, format: .png)
    }

    private static func requireIndices(_ header: Codec.Header) throws(ImageError) {
        guard header.isIndexed || header.isGray else {
            throw .unsupported(.png, reason: "a mask is an indexed or gray PNG, not in colour or with alpha")
        }
    }

    private static func samples<Sample: FixedWidthInteger>(
        of bytes: Data, _ header: Codec.Header
    ) throws(ImageError) -> [Sample] {
        let content: Codec.Content<Sample> = try Codec.read(
            bytes, format: .png, count: header.width * header.height
        ) { source, count, target, report in
            codecs_png_decode_samples(
                source, count, UInt32(header.width), UInt32(header.height), target, report)
        }
        return content.samples
    }
}
