/// Which characters no name may hold, be it of a job, an item or a class: they end a line, hide what a name is, or make
/// it a path on some system.
public enum NameRule {
    /// Bytes of a class name or of a label, in UTF-8: checked before a label is looked up.
    public static let maximumLabelBytes = 256

    /// What is wrong with a name, such as `holds a line feed (U+000A) at byte 3`; nil where nothing is.
    /// - Parameter allowingSlashes: class names may hold them; names that become a file's may not.
    public static func fault(in name: some StringProtocol, allowingSlashes: Bool = false) -> String? {
        var byte = 0
        for scalar in name.unicodeScalars {
            if let what = kind(of: scalar, allowingSlashes: allowingSlashes) {
                return "holds \(what) (\(code(scalar))) at byte \(byte)"
            }
            byte += UTF8.width(scalar)
        }
        return nil
    }

    private static func kind(of scalar: Unicode.Scalar, allowingSlashes: Bool) -> String? {
        switch scalar.value {
        case 0x0A: "a line feed"
        case 0x0D: "a carriage return"
        case 0x85, 0x2028, 0x2029: "a line separator"
        case 0x00...0x1F, 0x7F...0x9F: "a control character"
        // They reorder what is shown: the name reads as another one.
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: "a bidirectional control"
        case 0x5C: "a backslash"
        case 0x2F where !allowingSlashes: "a slash"
        default: nil
        }
    }

    /// `U+202E`
    private static func code(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}
