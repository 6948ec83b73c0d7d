/// Names of images as they stand in tables, lists and jobs: a path relative to the directory of the images, with `/`
/// between its parts. The same path leads to the image's results, so it must not lead anywhere else.
public enum RelativePath {
    /// With `/` where the text has `\`, as other systems write paths.
    public static func normalised(_ path: some StringProtocol) -> String {
        guard path.utf8.contains(UInt8(ascii: "\\")) else { return String(path) }
        let bytes = path.utf8.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Why a normalised path is not taken, as words that follow on it; nil where it is.
    public static func fault(in path: some StringProtocol) -> String? {
        let parts = path.split(onByte: "/")
        guard let first = parts.first, !path.isEmpty else { return "is empty" }
        if first.isEmpty || parts.count > 1 && isDrive(first) { return "is an absolute path; give a relative one" }
        for part in parts {
            if part.isEmpty { return "has an empty part: two slashes together, or one at the end" }
            if part.isOne(of: ["."]) { return "has the part \".\"; leave it out" }
            if part.isOne(of: [".."]) { return "has the part \"..\", which leads out of its directory" }
        }
        return nil
    }

    /// What stands behind the last slash.
    public static func lastPart(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    /// `C:`
    private static func isDrive(_ part: Substring) -> Bool {
        let bytes = Array(part.utf8.prefix(3))
        guard bytes.count == 2, bytes[1] == UInt8(ascii: ":") else { return false }
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[0] | 0x20)
    }
}
