import Foundation
import Text

/// The predictions of one or more runs beside the ground truth of the same images.
///
/// Nothing is left out: a file that is missing, damaged or of another size is an error, and all of them are reported at
/// once.
public struct PredictionSet: Sendable {
    /// A confusion matrix of so many is 32 MB.
    public static let maximumClasses = 2_000

    /// In the order of the list, or sorted.
    public let names: [String]
    /// In [0, 0.99], rounded to hundredths: where class maps are even with the background.
    public var backgroundScore: Float = 0

    let runs: [PredictionFolder]
    let groundTruth: PredictionFolder
    let pictures: ImageFolder?
    let classCount: Int
    /// Names that only some of the directories have, and that are listed twice.
    let nameProblems: [String]

    /// - Parameters:
    ///   - groundTruth: directory of masks.
    ///   - pictures: directory of the pictures, checked to be there and of the masks' size; nil without pictures.
    ///   - names: the images to take, with or without extension; nil takes all, which every directory must have.
    ///   - classCount: the highest index of a mask; nil allows any up to `maximumClasses`.
    /// - Throws: for directories that can't be listed, and without an image.
    public init(
        runs: [PredictionFolder], groundTruth: String, pictures: String? = nil, names: [String]? = nil, classCount: Int?
    ) throws(InvalidDataSet) {
        self.runs = runs
        self.groundTruth = .masks(groundTruth)
        self.classCount = classCount ?? PredictionSet.maximumClasses
        guard self.classCount <= PredictionSet.maximumClasses else {
            let limit = PredictionSet.maximumClasses
            throw InvalidDataSet(what: "classes", problems: ["\(self.classCount) are over the limit of \(limit)"])
        }
        if let names {
            (self.names, nameProblems) = PredictionSet.unique(names)
        } else {
            (self.names, nameProblems) = try PredictionSet.common(to: runs + [self.groundTruth])
        }
        let taken = self.names
        self.pictures = try pictures.map { path throws(InvalidDataSet) in try ImageFolder(path, names: taken) }
    }

    private static func unique(_ names: [String]) -> (names: [String], problems: [String]) {
        var seen: [ByteKey: String] = [:]
        var (stems, problems): ([String], [String]) = ([], [])
        for name in names {
            let stem = ImageName.listed(name)
            if let fault = RelativePath.fault(in: stem) {
                problems.append("\(name.shown): \(fault)")
            } else if let first = seen.updateValue(name, forKey: ByteKey(stem)) {
                problems.append(ImageName.listedTwice(name, first: first))
            } else {
                stems.append(stem)
            }
        }
        return (stems, problems)
    }

    private static func common(
        to folders: [PredictionFolder]
    ) throws(InvalidDataSet) -> (names: [String], problems: [String]) {
        var listings: [(folder: PredictionFolder, names: Set<ByteKey>)] = []
        var (unlisted, doubled): ([String], [String]) = ([], [])
        for folder in folders {
            do throws(FolderListing.Unlistable) {
                let (names, twice) = try folder.names()
                listings.append((folder, names))
                doubled += twice.sorted().map {
                    "\($0): \(folder.path) has it as .\(folder.fileExtension) and in capitals; remove one of them"
                }
            } catch {
                unlisted.append("\(error.path): can't be listed: \(error.words)")
            }
        }
        unlisted += listings.filter(\.names.isEmpty).map {
            "\($0.folder.path): holds no .\($0.folder.fileExtension) file"
        }
        guard unlisted.isEmpty else { throw InvalidDataSet(what: "directories to evaluate", problems: unlisted) }
        let all = Set(listings.flatMap(\.names)).sorted()
        return (
            all.filter { name in listings.allSatisfy { $0.names.contains(name) } }.map(\.text),
            doubled
                + all.flatMap { name in
                    listings.filter { !$0.names.contains(name) }
                        .map {
                            "\(name): there is no \($0.folder.file(of: name.text)); "
                                + "a list of names can leave the image out"
                        }
                }
        )
    }
}
