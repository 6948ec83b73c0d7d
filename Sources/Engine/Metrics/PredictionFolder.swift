import Foundation
import Text

/// Where one run's predictions lie, a file an image.
public enum PredictionFolder: Sendable, Equatable {
    /// Masks, `NAME.png` (`VOCPNG`).
    case masks(String)
    /// Class maps, `NAME.safetensors` (`StoredMaps`), of which a background score makes masks.
    case maps(String)

    /// The directory.
    public var path: String {
        switch self {
        case .masks(let path), .maps(let path): path
        }
    }

    var fileExtension: String {
        switch self {
        case .masks: "png"
        case .maps: StoredMaps.fileExtension
        }
    }

    /// The extension in small letters first, in capitals, with one capital.
    private var extensions: [String] { [fileExtension, fileExtension.uppercased(), fileExtension.capitalized] }

    /// The file of an image, whatever the case of its extension; where there is none, the one that there should be.
    func file(of name: String) -> String {
        let candidates = extensions.map { "\(path)/\(name).\($0)" }
        return candidates.first { access($0, F_OK) == 0 } ?? candidates[0]
    }

    /// The names of the images that have a file, in folders below too, hidden ones apart, and those that have two.
    func names() throws(FolderListing.Unlistable) -> (names: Set<ByteKey>, twice: [ByteKey]) {
        let suffixes = extensions.map { "." + $0 }
        var (names, twice): (Set<ByteKey>, [ByteKey]) = ([], [])
        var fault: FolderListing.Unlistable?
        var walk = FolderWalk(path, isRecursive: true)
        try walk.run { file, found in
            switch found {
            case .file(let entry):
                if !entry.isHidden, let suffix = suffixes.first(where: { file.endsWithBytes(of: $0) }) {
                    let name = ByteKey(Substring(file.utf8.dropLast(suffix.utf8.count)))
                    if !names.insert(name).inserted { twice.append(name) }
                }
            case .unlistable(let error): fault = error
            case .passed: break
            }
            return fault == nil
        }
        if let fault { throw fault }
        return (names, twice)
    }

    /// - Parameters:
    ///   - classCount: without the background.
    ///   - size: of the ground truth; nil where that can't be read.
    func prediction(of name: String, classCount: Int, size: ExpectedSize?) throws(UnusableFile) -> Prediction {
        switch self {
        case .masks: .mask(try MaskFile(path: file(of: name)).read(classCount: classCount, size: size))
        case .maps: .planes(try PredictionFolder.planes(file(of: name), classCount: classCount, size: size))
        }
    }

    /// Maps are stored as large as refinement sees them.
    private static func planes(
        _ path: String, classCount: Int, size: ExpectedSize?
    ) throws(UnusableFile) -> SweepPlanes {
        let maps: ClassMaps
        do {
            maps = try StoredMaps.decode(
                Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe), file: path)
        } catch {
            throw UnusableFile(path: path, error)
        }
        if let highest = maps.classes.last, highest >= classCount {
            throw UnusableFile(
                path: path, reason: "has a map of index \(highest + 1), but classes go up to \(classCount)")
        }
        guard let size else { return SweepPlanes(maps) }
        let expected = WorkingSize(width: size.width, height: size.height).maps
        guard maps.width == expected.width && maps.height == expected.height else {
            throw UnusableFile(
                path: path,
                reason: "its maps are \(maps.width) x \(maps.height) pixels, \(size), whose maps are "
                    + "\(expected.width) x \(expected.height)")
        }
        return SweepPlanes(maps.enlarged(toWidth: size.width, height: size.height))
    }
}

/// What a run says of one image.
enum Prediction: Sendable {
    case mask(IndexMask)
    case planes(SweepPlanes)

    /// - Parameter score: number of the background score, one of `SweepPlanes.scores`; a mask has none.
    func mask(at score: Int) -> IndexMask {
        switch self {
        case .mask(let mask): mask
        case .planes(let planes): planes.mask(at: score)
        }
    }
}
