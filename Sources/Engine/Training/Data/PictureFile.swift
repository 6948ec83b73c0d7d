import Foundation
import Text

/// A picture in a file.
struct PictureFile: Sendable {
    let path: String

    /// Names the file.
    struct Unreadable: Error, CustomStringConvertible {
        let path: String
        let reason: String
        var description: String { "\(path): \(reason)" }
    }

    /// The whole picture, upright.
    func read(_ decoder: ImageDecoder) throws(Unreadable) -> RGBImage {
        do {
            return try decoder.decode(Data(contentsOf: URL(fileURLWithPath: path)))
        } catch let error as ImageError {
            throw Unreadable(path: path, reason: error.description)
        } catch {
            throw Unreadable(path: path, reason: "can't be read: \(FileFault.words(of: error))")
        }
    }
}
