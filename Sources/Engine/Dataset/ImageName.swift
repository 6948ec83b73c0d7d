import Text

/// What an image is called: its path relative to the directory of the images, without an image's extension. The one
/// place that cuts extensions, so that tables, lists, jobs, masks and ground truth agree.
public enum ImageName {
    /// Without an image's extension. Other dots belong to the name, as in "scan.2" and "a.rf.1.png".
    public static func stem(_ path: String) -> String {
        guard let dot = ImageFormat.fileExtension(of: path), dot > path.startIndex,
            path.utf8[path.utf8.index(before: dot)] != UInt8(ascii: "/")
        else { return path }
        return String(path[..<dot])
    }

    /// Why an image of this name fails alone, as words that follow on it; nil where nothing speaks against it.
    /// - Parameter name: without extension.
    public static func fault(of name: String) -> String? {
        if let fault = NameRule.fault(in: name, allowingSlashes: true) { return "its name \(fault); rename it" }
        return RelativePath.fault(in: name).map { "its name without extension \($0); rename it" }
    }

    /// Of a line of a list or table, which may have been written on another system.
    public static func listed(_ text: some StringProtocol) -> String { stem(RelativePath.normalised(text)) }

    /// Images in folders by the last part of their names: what a bare name may stand for.
    /// - Parameter stem: an image's path without extension.
    public static func byBareName<Image>(
        _ images: some Sequence<Image>, stem: (Image) -> String
    ) -> [ByteKey: [Image]] {
        Dictionary(
            grouping: images.filter { stem($0).utf8.contains(UInt8(ascii: "/")) },
            by: { ByteKey(RelativePath.lastPart(of: stem($0))) })
    }

    /// Says that two lines of a list are one image, with both spellings.
    static func listedTwice(_ name: String, first: String) -> String {
        "\(name.shown): is listed twice" + (first.equalsBytes(of: name) ? "" : ", first as \(first.shown)")
    }
}
