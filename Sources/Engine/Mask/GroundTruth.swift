import Foundation

/// Reads ground truth that comes from outside, held against the mask that it is to be compared with.
public enum GroundTruth {
    /// Looks at the header alone; nothing of the picture's size is allocated.
    ///
    /// - Parameters: the mask's size in pixels.
    /// - Throws: `.unreadable`, `.size`.
    public static func checkHeader(_ bytes: Data, width: Int, height: Int) throws(InvalidGroundTruth) {
        let size: (width: Int, height: Int)
        do { size = try ForeignMask.dimensions(of: bytes) } catch { throw .unreadable(error) }
        guard size.width == width && size.height == height else {
            throw .size(width: size.width, height: size.height, maskWidth: width, maskHeight: height)
        }
    }

    /// Indices as `ForeignMask.decode` reads them. One that can measure nothing of the classes is refused.
    ///
    /// - Parameters:
    ///   - width, height: the mask's size in pixels.
    ///   - classCount: without the background.
    public static func decode(
        _ bytes: Data, width: Int, height: Int, classCount: Int
    ) throws(InvalidGroundTruth) -> IndexMask {
        try checkHeader(bytes, width: width, height: height)
        let truth: IndexMask
        do throws(ForeignMask.Fault) {
            truth = try ForeignMask.decode(bytes, maximumPixels: width * height, classCount: classCount)
        } catch {
            switch error {
            case .image(let error): throw .unreadable(error)
            case .colours(let colours): throw .colours(colours)
            }
        }
        if let index = truth.index(beyond: classCount) {
            throw .index(Int(index), classCount: classCount)
        }
        let content = TruthContent(truth)
        if !content.hasClass, content.ignoredPixels > 0 {
            throw .noClass(ignored: content.ignoredPixels, pixels: width * height)
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
    /// Colours of no class.
    case colours(ForeignColours)
    /// Nothing but background and pixels that do not count.
    case noClass(ignored: Int, pixels: Int)
}

extension InvalidGroundTruth: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(.empty):
            "The ground truth is empty; send the bytes of an indexed PNG."
        case .unreadable(.notAnImage), .unreadable(.unsupported):
            "The ground truth is not an indexed or gray PNG, nor one in VOC's colours; send one whose pixel values are 0 for the background, "
                + "k for the model's k-th class and 255 for what does not count."
        case .unreadable(.corrupt(_, let reason)):
            "The ground truth is damaged or incomplete: \(reason)."
        case .unreadable(let error):
            error.description
        case .size(let width, let height, let maskWidth, let maskHeight):
            "The ground truth has \(width) x \(height) pixels, its mask \(maskWidth) x \(maskHeight); "
                + "send one of the picture's size, in the orientation in which viewers show it."
        case .index(255, _):
            "The ground truth has a pixel of index 255 in 16 bits, where 65535 marks what does not count; "
                + "recode 255 to 65535, or save it in 8 bits."
        case .colours(let colours):
            "The ground truth \(colours.refusal); send an indexed or gray PNG "
                + "whose pixel values are 0 for the background, k for the model's k-th class and 255 for what "
                + "does not count."
        case .noClass(let ignored, let pixels):
            "The ground truth has no pixel of a class, and \(ignored) of its \(pixels) pixels are 255, which does not "
                + "count: there is nothing to measure. If 255 is the object, recode 255 to its class, 1 for the first; "
                + "if the image has none of the classes, recode it to 0."
        case .index(let index, let classCount):
            "The ground truth has a pixel of index \(index), but the model has \(classCount) classes; "
                + "0 is the background, and 255 marks what does not count."
        }
    }
}
