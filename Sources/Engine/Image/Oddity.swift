import CImageCodecs

/// What the C decoders find odd about a file that they decoded, as warnings.
enum Oddity {
    /// In the order of the table.
    static func warnings(of report: codecs_report, format: ImageFormat) -> [Warning] {
        if report.oddities == 0 { return [] }
        return table.compactMap { bit, code, detail in
            report.oddities & UInt32(bit.rawValue) == 0 ? nil : Warning(code, detail(report, format.name))
        }
    }

    private typealias Detail = @Sendable (_ report: codecs_report, _ format: String) -> String
    private typealias Bit = codecs_oddity

    private static let table: [(Bit, Warning.Code, Detail)] = [
        (
            codecs_stray_bytes, .strayBytes,
            {
                "The \($1) file has \($0.stray_bytes) byte\($0.stray_bytes == 1 ? "" : "s") between its parts that "
                    + "belong to none of them; they were skipped."
            }
        ),
        (
            codecs_scan_parameters, .oddHeader,
            { "The \($1) file's scan header has values that a sequential \($1) may not have; decoders ignore them." }
        ),
        (codecs_repeated_palette, .misplacedPart, { "The \($1) file has more than one palette; the first was read." }),
        (
            codecs_misplaced_palette, .misplacedPart,
            { "The \($1) file has a palette where its format allows none; it was not read." }
        ),
        (
            codecs_long_palette, .misplacedPart,
            { "The \($1) file's palette has more colours than a pixel can have; the rest was not read." }
        ),
        (
            codecs_repeated_transparency, .misplacedPart,
            { "The \($1) file tells transparency more than once; the first was read." }
        ),
        (
            codecs_misplaced_transparency, .misplacedPart,
            { "The \($1) file tells transparency where its format allows none; it was not read." }
        ),
        (
            codecs_transparency_length, .misplacedPart,
            { "The \($1) file's transparency has another length than its colours need; it was not read." }
        ),
        (
            codecs_extra_data, .extraData,
            { "The \($1) file has more pixel data than it has pixels; the rest was not read." }
        ),
        (
            codecs_nearly_black, .nearlyBlack,
            { report, format in
                "The brightest value of this 16-bit \(format) is \(report.brightest) of 65535, so the image is seen as "
                    + "black; scale its values to the whole range (a 12-bit image by 16)."
            }
        ),
    ]
}
