import Text

/// Which line of a labels file is for which image.
///
/// A line is for the image whose path, relative to the directory of the images, it holds; an image's extension does not
/// matter. A line with a bare name is for the image of that name in the directory itself, or, where there is none, for
/// the one of that name in a folder below, provided that it is the only one there and has no line of its own. A path is
/// never cut to its last part.
public struct LabelMatch: Sendable {
    private let lineByImage: [ByteKey: LabelsFile.Line]
    /// Lines with a bare name that several images in folders have, by those images.
    private let ambiguous: [ByteKey: LabelsFile.Line]
    /// Lines that are for no image.
    public let unmatched: [LabelsFile.Line]

    /// - Parameter images: relative paths without extension.
    public init(_ file: LabelsFile, images: [String]) {
        let all = Set(images.map { ByteKey($0) })
        let byBareName = ImageName.byBareName(all, stem: \.text)
        var lineByImage: [ByteKey: LabelsFile.Line] = [:]
        var bare: [LabelsFile.Line] = []
        var unmatched: [LabelsFile.Line] = []
        for line in file.lines {
            let name = ByteKey(ImageName.listed(line.image))
            if all.contains(name) {
                lineByImage[name] = line
            } else if byBareName[name] != nil {
                bare.append(line)
            } else {
                unmatched.append(line)
            }
        }
        var ambiguous: [ByteKey: LabelsFile.Line] = [:]
        for line in bare {
            let candidates = byBareName[ByteKey(ImageName.listed(line.image)), default: []]
            if candidates.count == 1, lineByImage[candidates[0]] == nil {
                lineByImage[candidates[0]] = line
            } else {
                unmatched.append(line)
                for candidate in candidates where candidates.count > 1 { ambiguous[candidate] = line }
            }
        }
        self.lineByImage = lineByImage
        self.ambiguous = ambiguous
        self.unmatched = unmatched.sorted { $0.number < $1.number }
    }

    /// nil where no line is for the image.
    /// - Parameter image: relative path without extension.
    public func line(of image: String) -> LabelsFile.Line? { lineByImage[ByteKey(image)] }

    public func labels(of image: String) -> [String]? { line(of: image)?.labels }

    /// Why no line is for an image, as words that follow on its name.
    public func fault(of image: String) -> String {
        guard let line = ambiguous[ByteKey(image)] else { return "the labels file has no line for it" }
        return
            "line \(line.number) of the labels file, \(line.image.shown), could be this image or one of that name in "
            + "another folder; write paths there"
    }

    /// Lines that are told one by one.
    private static let told = 5

    /// What to say of the lines that are for no image: those whose image is there and was passed over, one by one.
    public func notes(_ directory: ImageDirectory) -> [String] {
        var (notes, without): ([String], [LabelsFile.Line]) = ([], [])
        var passed = 0
        let missing = MissingImages(directory)
        for line in unmatched {
            if let reason = missing.reason(line.image) {
                passed += 1
                if passed <= LabelMatch.told {
                    notes.append("line \(line.number) of the labels file, \(line.image.shown): \(reason)")
                }
            } else {
                without.append(line)
            }
        }
        if passed > LabelMatch.told {
            let more = passed - LabelMatch.told
            notes.append("and \(more) more line\(more == 1 ? "" : "s") whose image is there, but is not taken")
        }
        if let first = without.first {
            notes.append(
                "\(without.count) line\(without.count == 1 ? "" : "s") of the labels file without an image, "
                    + "the first is line \(first.number), \(first.image.shown)")
        }
        return notes
    }
}
