import Text

/// `labelmap.txt`, which names the colours of a data set's masks: `name:r,g,b::` a line, the background first (the
/// format that CVAT and Datumaro read and write).
public enum Labelmap {
    /// - Parameters:
    ///   - classes: in the order of their pixel values, the first being 1.
    ///   - leavesOut: whether masks have pixels of no label (`LabelingOptions.certainty`): Datumaro reads no mask with a
    ///     colour that is not declared.
    public static func text(classes: [String], leavesOut: Bool = false) -> String {
        var entries = ([ClassName.background] + classes.map(escaped)).enumerated().map {
            line($0.element, index: $0.offset)
        }
        if leavesOut {
            // Datumaro's own name for it, unless a class has it.
            let name = ["ignored", "void", "unlabelled"].first { !$0.isOne(of: classes) } ?? "255"
            entries.append(line(name, index: VOCPNG.ignoredValue(classCount: classes.count)))
        }
        return entries.joined()
    }

    private static func line(_ name: String, index: Int) -> String {
        let color = VOCPalette.color(of: index)
        return "\(name):\(color.x),\(color.y),\(color.z)::\n"
    }

    /// A class's name as readers of the format take it for one name, and for no other: percent-encoded where it would
    /// end early, begin a comment, lose white space or be the background. Most names are as they are.
    static func escaped(_ name: String) -> String {
        var bytes: [UInt8] = []
        let all = Array(name.utf8)
        let isBackground = name.equalsBytes(of: ClassName.background)
        for (index, byte) in all.enumerated() {
            let isEnd = index == 0 || index == all.count - 1
            let isEscape = byte == UInt8(ascii: "%") && hexPair(all, at: index + 1) != nil
            switch byte {
            case UInt8(ascii: ":"), 0x00...0x1F, 0x7F: bytes += encoded(byte)
            case UInt8(ascii: "#") where index == 0: bytes += encoded(byte)
            case 0x20 where isEnd: bytes += encoded(byte)
            case _ where isEscape || (isBackground && index == 0): bytes += encoded(byte)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A name that `escaped` wrote, or any other, as it is.
    static func unescaped(_ name: some StringProtocol) -> String {
        let all = Array(name.utf8)
        var (bytes, index): ([UInt8], Int) = ([], 0)
        while index < all.count {
            if all[index] == UInt8(ascii: "%"), let byte = hexPair(all, at: index + 1) {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(all[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func encoded(_ byte: UInt8) -> [UInt8] {
        let digits = String(byte, radix: 16, uppercase: true)
        return Array(("%" + (byte < 16 ? "0" : "") + digits).utf8)
    }

    /// The byte that two hex digits write; nil where there are none.
    private static func hexPair(_ bytes: [UInt8], at index: Int) -> UInt8? {
        guard index + 1 < bytes.count,
            bytes[index...index + 1].allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit })
        else { return nil }
        return UInt8(String(decoding: bytes[index...index + 1], as: UTF8.self), radix: 16)
    }
}
