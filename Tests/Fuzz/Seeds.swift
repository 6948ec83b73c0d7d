import Foundation

// Writes the seeds of the targets into the folder it is given, one folder a target: the tests' own fixtures, and a
// few forms and model files. The requests are text, kept as they are in `Corpus`.

@main enum Seeds {
    static func main() throws {
        let root = URL(fileURLWithPath: CommandLine.arguments[1])
        try write(forms, to: root.appendingPathComponent("multipart"))
        try write(tables, to: root.appendingPathComponent("csv"))
        try write(models, to: root.appendingPathComponent("safetensors"))
        try write(jpegs, to: root.appendingPathComponent("jpeg"))
        try write(pngs, to: root.appendingPathComponent("png"))
        try write(webps, to: root.appendingPathComponent("webp"))
    }

    private static func write(_ files: [(name: String, bytes: Data)], to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for file in files { try file.bytes.write(to: folder.appendingPathComponent(file.name)) }
    }

    // MARK: - Forms: a line with the Content-Type, then the body

    private static var forms: [(name: String, bytes: Data)] {
        let field = "Content-Disposition: form-data; name=\"labels\"\r\n\r\ncat,dog\r\n"
        let file =
            "Content-Disposition: form-data; name=image; filename=\"C:\\\\a\\\"b.png\"\r\n"
            + "Content-Type: image/png\r\n\r\n\u{1}\r\n--X\r\n"
        let bodies = [
            "two-parts": "--XX\r\n\(file)--XX\r\n\(field)--XX--\r\n",
            "preamble": "preamble\r\n--XX \t\r\n\(field)--XX--epilogue",
            "no-parts": "--XX--",
            "empty-part": "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--XX--",
            "no-headers": "--XX\r\n--XX--",
            "no-end": "--XX\r\n\(field)",
            "boundary-like": "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--XXY\r\n--XX-\r\n--XX--",
            "many-parts": String(repeating: "--XX\r\n\(field)", count: 9) + "--XX--",
        ]
        let quoted = Data("multipart/form-data; charset=utf-8; boundary=\"a b:c\"\n--a b:c\r\n\(field)--a b:c--".utf8)
        return bodies.map { ($0, Data("multipart/form-data; boundary=XX\n\($1)".utf8)) } + [("quoted", quoted)]
    }

    // MARK: - Labels files

    private static var tables: [(name: String, bytes: Data)] {
        let texts = [
            "commas": "image,labels\r\na.jpg,cat;dog\r\n\"b, c.jpg\",\"cat, dog\"\r\nd,\r\n",
            "semicolons": "Labels;note;IMAGE\ncat,dog;x;a.jpg\n;;b.jpg\n;;\n",
            "tabs": "image\tlabels\na.jpg\t[\"cat\", \"dog\"]\n",
            "faults": "image,labels\na\"b,cat\n\"x\"y,cat\nb,cat,dog\na,;\na.png,cat\n\"c",
            "line-breaks": "\n\nimage,labels\r\"a\r\nb\",cat\r\"c\rd\",dog\r",
        ]
        let utf16 = Array("image,labels\na.jpg,Käse\n".utf16)
        return texts.map { ($0, Data($1.utf8)) } + [
            ("utf-16le", Data([0xFF, 0xFE] + utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })),
            ("utf-16be", Data([0xFE, 0xFF] + utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })),
            ("latin-1", Data(Array("image,labels\na.jpg,K".utf8) + [0xE4] + Array("se\n".utf8))),
        ]
    }

    // MARK: - Model files

    private static var models: [(name: String, bytes: Data)] {
        let f32 = #""a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}"#
        let f16 = #""b":{"dtype":"F16","shape":[2],"data_offsets":[24,28]}"#
        let bf16 = #""c":{"dtype":"BF16","shape":[],"data_offsets":[28,30]}"#
        let metadata = #""__metadata__":{"format":"pt","k":"\u00fc\n"}"#
        let numbers = Data((0..<30).map { UInt8($0 * 7 % 120) })
        let tail = numbers.prefix(4)
        return [
            ("all-types", model("{\(metadata),\(f32),\(f16),\(bf16)}", numbers)),
            ("one-tensor", model("{\(f32)}", numbers.prefix(24))),
            ("empty-tensor", model(#"{"e":{"dtype":"F32","shape":[0,4],"data_offsets":[0,0]}}"#, Data())),
            ("not-a-number", model(#"{"n":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#, Data([0, 0x7E]))),
            ("overflow", model(#"{"o":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, tail)),
            ("metadata-only", model("{\(metadata)}  ", Data())),
            ("nested", model(String(repeating: "[", count: 600), Data())),
            ("header-too-long", Data([0xFF, 0, 0, 0, 0, 0, 0, 0]) + Data("{}".utf8)),
        ]
    }

    private static func model(_ header: String, _ body: Data) -> Data {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8) + body
    }

    // MARK: - Pictures

    private static var jpegs: [(name: String, bytes: Data)] {
        JPEGFixture.allCases.map { ($0.rawValue, $0.bytes) } + [("exif", ExifFixture(orientation: 5).jpeg())]
    }

    private static var webps: [(name: String, bytes: Data)] {
        let exif = WebPFixture.extended(flags: 8, [("EXIF", ExifFixture(orientation: 6).tiff)])
        let xmp = WebPFixture.extended(flags: 4, [("XMP ", Array("tiff:Orientation=\"8\"".utf8))])
        return WebPFixture.allCases.map { ($0.rawValue, $0.bytes) } + [("exif", exif), ("xmp", xmp)]
    }

    private static var pngs: [(name: String, bytes: Data)] {
        let exif = ExifFixture(orientation: 6).tiff
        var files: [(name: String, bytes: Data)] = []
        for type in PNGFixture.ColorType.allCases {
            for depth in type.bitDepths {
                for interlaced in [false, true] {
                    let colors = type == .indexed ? (0..<1 << depth).map { SIMD3<UInt8>(UInt8($0), 2, 3) } : []
                    let fixture = PNGFixture(
                        width: 9, height: 7, bitDepth: depth, colorType: type, interlaced: interlaced, palette: colors,
                        transparency: type == .indexed ? [0, 128] : [], beforeData: interlaced ? [("eXIf", exif)] : [],
                        pixel: { x, y in (0..<type.channels).map { ($0 + x * y) % (1 << depth) } })
                    files.append(("\(type)-\(depth)\(interlaced ? "-interlaced" : "")", fixture.bytes))
                }
            }
        }
        return files
    }
}
