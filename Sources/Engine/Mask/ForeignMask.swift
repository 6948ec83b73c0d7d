import CImageCodecs
import Foundation

/// Masks from elsewhere: indexed and gray ones as `VOCPNG.decode` reads them, and those in the colours of VOC's palette,
/// as VOC's own label pictures become when they are saved as RGB or RGBA.
enum ForeignMask {
    enum Fault: Error {
        case image(ImageError)
        /// It is in colour, and these are no class's.
        case colours(ForeignColours)
    }

    /// Width and height, from the header alone.
    static func dimensions(of bytes: Data) throws(ImageError) -> (width: Int, height: Int) {
        let header = try VOCPNG.anyHeader(of: bytes)
        if !isInColour(bytes) { try requireOpaque(header) }
        return (header.width, header.height)
    }

    /// - Parameter classCount: without the background; of colours no more than the 254 of an 8-bit palette count.
    static func decode(
        _ bytes: Data, maximumPixels: Int = ImageDecoder.defaultMaximumPixels, classCount: Int
    ) throws(Fault) -> IndexMask {
        let header: Codec.Header
        let colours: [UInt8]
        do throws(ImageError) {
            header = try VOCPNG.anyHeader(of: bytes)
            guard isInColour(bytes) else {
                try requireOpaque(header)
                return try VOCPNG.decode(bytes, maximumPixels: maximumPixels)
            }
            try header.requireAtMost(maximumPixels)
            colours = try Codec.read(bytes, format: .png, count: header.width * header.height * 3) {
                source, count, target, report in
                codecs_png_decode(source, count, UInt32(header.width), UInt32(header.height), target, report)
            }.samples
        } catch {
            throw .image(error)
        }
        return IndexMask(
            width: header.width, height: header.height,
            indices: try indices(of: colours, classCount: min(classCount, VOCPNG.maximumIndexedClasses)))
    }

    /// - Parameter header: of a PNG that is not in colour.
    private static func requireOpaque(_ header: Codec.Header) throws(ImageError) {
        guard header.isIndexed || header.isGray else {
            throw .unsupported(.png, reason: "it is gray with alpha, and a mask has no alpha; save it without")
        }
    }

    /// - Parameter colours: R, G, B of each pixel.
    private static func indices(of colours: [UInt8], classCount: Int) throws(Fault) -> [UInt16] {
        let ignored = VOCPNG.ignoredValue(classCount: classCount)
        var foreign: [UInt32: Int] = [:]
        var indices: [UInt16] = []
        indices.reserveCapacity(colours.count / 3)
        // Neighbours are mostly alike.
        var (last, lastIndex): (SIMD3<UInt8>, UInt16?) = (.zero, 0)
        for start in stride(from: 0, to: colours.count, by: 3) {
            let colour = SIMD3(colours[start], colours[start + 1], colours[start + 2])
            if colour != last {
                let index = VOCPalette.index(of: colour)
                last = colour
                lastIndex = index == ignored ? IndexMask.ignore : index <= classCount ? UInt16(index) : nil
            }
            if let lastIndex {
                indices.append(lastIndex)
            } else {
                let key = UInt32(colour.x) << 16 | UInt32(colour.y) << 8 | UInt32(colour.z)
                if foreign[key] != nil || foreign.count < ForeignColours.counted { foreign[key, default: 0] += 1 }
            }
        }
        guard foreign.isEmpty else { throw .colours(ForeignColours(foreign)) }
        return indices
    }

    /// Whether the PNG's colour type is RGB or RGBA. Gray with alpha is none of them: its values are not colours.
    private static func isInColour(_ bytes: Data) -> Bool {
        // IHDR comes first: signature, length, type, width, height, depth, colour type.
        let offset = 8 + 4 + 4 + 4 + 4 + 1
        guard bytes.count > offset else { return false }
        return [2, 6].contains(bytes[bytes.startIndex + offset])
    }
}
