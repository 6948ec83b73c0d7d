import Foundation

/// What a file says about its orientation, in the order in which it counts, as in Pillow's `exif_transpose`: EXIF, else
/// EXIF in ImageMagick's raw profile, else XMP. Senseless values are upright, as in viewers.
struct OrientationClues {
    /// The first block of EXIF; a later one is another image's.
    private var exif: TIFFOrientation?
    private var profile: TIFFOrientation?
    /// The last packet.
    private var xmp: Orientation?

    mutating func take(exif block: UnsafeRawBufferPointer) {
        if exif == nil { exif = TIFFOrientation(block) }
    }

    mutating func take(profile block: UnsafeRawBufferPointer) {
        if profile == nil { profile = TIFFOrientation(block) }
    }

    /// Looks for `tiff:Orientation="6"` and `<tiff:Orientation>6`: the two forms in which XMP is written.
    mutating func take(xmp packet: UnsafeRawBufferPointer) {
        let name = Array("tiff:Orientation".utf8)
        var rest = packet
        var found: Orientation?
        while found == nil, let start = rest.firstIndex(of: name) {
            rest = rest[part: start + name.count..<rest.count]
            for opening in ["=\"", ">"] where rest.starts(with: opening.utf8) {
                let digits = rest.dropFirst(opening.utf8.count).prefix(1)
                guard let digit = digits.first, digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { continue }
                found = Orientation(rawValue: Int(digit - UInt8(ascii: "0"))) ?? .upright
            }
        }
        xmp = found ?? xmp
    }

    var orientation: Orientation {
        switch exif ?? profile {
        case .found(let orientation): orientation
        case .absent, nil: xmp ?? .upright
        }
    }
}

extension Orientation {
    /// The orientation that a file tells. Reads inside `bytes` only, whatever lengths and offsets the data hold.
    init(of bytes: Data, format: ImageFormat) {
        var clues = OrientationClues()
        bytes.withUnsafeBytes { format.traits.findOrientation($0, &clues) }
        self = clues.orientation
    }
}

/// Tag 0x0112 of the first directory of a TIFF block (TIFF 6.0, section 2).
private enum TIFFOrientation {
    case absent
    /// Also of a tag with a senseless value: upright.
    case found(Orientation)

    /// EXIF's own name may stand before the block: WebP writers are of two minds about it.
    init(_ block: UnsafeRawBufferPointer) {
        let name = Array("Exif\0\0".utf8)
        self = Self.read(tiff: block.starts(with: name) ? block[part: name.count..<block.count] : block)
    }

    private static func read(tiff: UnsafeRawBufferPointer) -> TIFFOrientation {
        guard tiff.count >= 8 else { return .absent }
        let littleEndian: Bool
        switch (tiff[0], tiff[1]) {
        case (0x49, 0x49): littleEndian = true
        case (0x4D, 0x4D): littleEndian = false
        default: return .absent
        }
        func short(_ at: Int) -> UInt16 {
            littleEndian ? tiff.bigEndian16(at: at).byteSwapped : tiff.bigEndian16(at: at)
        }
        let offset = tiff.bigEndian32(at: 4)
        let directory = Int(littleEndian ? offset.byteSwapped : offset)
        guard short(2) == 42, directory >= 8, directory <= tiff.count - 2 else { return .absent }

        let entryBytes = 12
        let orientationTag: UInt16 = 0x0112
        let shortType: UInt16 = 3
        for index in 0..<Int(short(directory)) {
            let entry = directory + 2 + index * entryBytes
            guard entry + entryBytes <= tiff.count else { return .absent }
            if short(entry) == orientationTag {
                // A SHORT, in the field's first two value bytes.
                let value = short(entry + 2) == shortType ? Orientation(rawValue: Int(short(entry + 8))) : nil
                return .found(value ?? .upright)
            }
        }
        return .absent
    }
}
