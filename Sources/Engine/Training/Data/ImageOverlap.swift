import Foundation
import Text

/// Images of one set that are in another one too, such as validation images that are trained on.
public enum ImageOverlap {
    /// By name, in the order of `set`.
    ///
    /// The same image is the same file, whatever path leads to it (links too); or one of the same name without
    /// extension in the same directory; or of that name elsewhere with the same bytes. `train/0001.jpg` and
    /// `val/0001.jpg` are two images unless one is a copy.
    public static func names(of set: TrainingSet, in other: TrainingSet) -> [String] {
        let byName = Dictionary(
            other.examples.map { (ByteKey($0.name), $0.path) }, uniquingKeysWith: { first, _ in first })
        let files = Set(other.examples.compactMap { FileIdentity($0.path) })
        return set.examples.filter { example in
            if let identity = FileIdentity(example.path), files.contains(identity) { return true }
            return byName[ByteKey(example.name)].map { areSame(example.path, $0) } ?? false
        }.map(\.name)
    }

    /// Of two files of one name.
    private static func areSame(_ left: String, _ right: String) -> Bool {
        let folders = [left, right].map { FileIdentity(URL(fileURLWithPath: $0).deletingLastPathComponent().path) }
        if let folder = folders[0], folder == folders[1] { return true }
        guard FileIdentity.size(of: left) == FileIdentity.size(of: right),
            let bytes = try? Data(contentsOf: URL(fileURLWithPath: left), options: .mappedIfSafe),
            let others = try? Data(contentsOf: URL(fileURLWithPath: right), options: .mappedIfSafe)
        else { return false }
        return bytes == others
    }
}
