import Foundation
import Text

/// A mask in a file: an indexed or gray PNG, 0 the background, k + 1 class k, 255 ignored, or one in VOC's colours
/// (`ForeignMask`).
struct MaskFile: Sendable {
    let path: String

    /// - Parameters:
    ///   - classCount: without the background.
    ///   - size: nil takes any.
    func read(classCount: Int, size: ExpectedSize? = nil) throws(UnusableFile) -> IndexMask {
        let mask: IndexMask
        do {
            mask = try ForeignMask.decode(Data(contentsOf: URL(fileURLWithPath: path)), classCount: classCount)
        } catch ForeignMask.Fault.image(let error) {
            throw UnusableFile(path: path, error)
        } catch ForeignMask.Fault.colours(let colours) {
            throw UnusableFile(
                path: path,
                reason: "\(colours.refusal); save it as an indexed or gray PNG of the classes' values")
        } catch {
            throw UnusableFile(path: path, error)
        }
        if let size, mask.width != size.width || mask.height != size.height {
            throw UnusableFile(path: path, reason: "is \(mask.width) x \(mask.height) pixels, \(size)")
        }
        if let index = mask.index(beyond: classCount) {
            let advice = index == 255 ? "; in 16 bits 65535 is ignored, not 255" : ""
            throw UnusableFile(
                path: path, reason: "has a pixel of index \(index), but classes go up to \(classCount)\(advice)")
        }
        return mask
    }
}

/// The size that a file must have, and whose size that is.
struct ExpectedSize: Sendable, CustomStringConvertible {
    let width: Int
    let height: Int
    /// Such as "its picture a.jpg".
    let owner: String
    var description: String { "\(owner) \(width) x \(height)" }
}

/// A file of a set that can't be used, by its path.
struct UnusableFile: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "\(path): \(reason)" }

    init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }

    /// - Parameter error: of reading or decoding.
    init(path: String, _ error: any Error) {
        let reason =
            (error as? ImageError)?.description ?? (error as? ModelError)?.reasonInFile
            ?? "can't be read: \(FileFault.words(of: error))"
        self.init(path: path, reason: reason)
    }
}

extension ModelError {
    /// For files that hold no model.
    fileprivate var reasonInFile: String { tensor.map { "tensor \($0): \(reason)" } ?? reason }
}
