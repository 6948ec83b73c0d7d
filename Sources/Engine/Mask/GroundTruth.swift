import Foundation

/// Reads ground truth that comes from outside, held against the mask that it is to be compared with.
public enum GroundTruth {
    /// Looks at the header alone; nothing of the picture's size is allocated.
    ///
    /// - Parameters: the mask's size in pixels.
    /// - Throws: `.unreadable`, `.size`.
    public static func checkHeader(_ bytes: Data, width: Int, height: Int) throws(InvalidGroundTruth) {
        let size: (width: Int, height: Int)
        do { size = try VOCPNG.dimensions(of: bytes) } catch { throw .unreadable(error) }
        guard size.width == width && size.height == height else {
            throw .size(width: size.width, height: size.height, maskWidth: width, maskHeight: height)
        }
    }

    /// Indices as `VOCPNG.decode` reads them.
    ///
    /// - Parameters:
    ///   - width, height: the mask's size in pixels.
    ///   - classCount: without the background.
    public static func decode(
        _ bytes: Data, width: Int, height: Int, classCount: Int
    ) throws(InvalidGroundTruth) -> IndexMask {
        try checkHeader(bytes, width: width, height: height)
        let truth: IndexMask
        do { truth = try VOCPNG.decode(bytes, maximumPixels: width * height) } catch { throw .unreadable(error) }
        if let index = truth.index(beyond: classCount) {
            throw .index(Int(index), classCount: classCount)
        }
        return truth
    }
}

/// Why bytes are no ground truth of a mask. Every case is the sender's to mend; `description` is a full sentence.
public enum InvalidGroundTruth: Error, Equatable, Sendable, Codable {
    case unreadable(ImageError)
    case size(width: Int, height: Int, maskWidth: Int, maskHeight: Int)
    /// A pixel of none of the classes.
    case index(Int, classCount: Int)
}

extension InvalidGroundTruth: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(.empty):
            "The ground truth is empty; send the bytes of an indexed PNG."
        case .unreadable(.notAnImage), .unreadable(.unsupported):
            "The ground truth is not an indexed or gray PNG; send one whose pixel values are 0 for the background, "
                + "k for the model's k-th class and 255 for what does not count."
        case .unreadable(.corrupt(_, let reason)):
            "The ground truth is damaged or incomplete: \(reason)."
        case .unreadable(let error):
            error.description
        case .size(let width, let height, let maskWidth, let maskHeight):
            "The ground truth has \(width) x \(height) pixels, its mask \(maskWidth) x \(maskHeight); "
                + "send one of the picture's size, in the orientation in which viewers show it."
        case .index(let index, let classCount):
            "The ground truth has a pixel of index \(index), but the model has \(classCount) classes; "
                + "0 is the background, and 255 marks what does not count."
        }
    }
}
