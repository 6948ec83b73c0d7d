/// What one image's ground truth holds, as far as it decides what can be measured by it.
public struct TruthContent: Sendable, Equatable {
    /// Whether a pixel is of a class.
    public var hasClass = false
    /// Pixels that do not count.
    public var ignoredPixels = 0

    init() {}

    init(_ truth: IndexMask) {
        for index in truth.indices {
            if index == IndexMask.ignore {
                ignoredPixels += 1
            } else if index != IndexMask.background {
                hasClass = true
            }
        }
    }
}

/// What the ground truth of a set holds. A figure of a set without a pixel of a class would be one of nothing.
public struct TruthCensus: Sendable {
    private let images: Int
    private let withClass: Int
    /// Images with nothing but background and ignored pixels, of the latter at least one.
    private let ignoredAlone: [String]

    /// - Parameter names: of the images, in the order of the contents.
    public init(_ contents: [TruthContent], names: [String]) {
        images = contents.count
        withClass = contents.count(where: \.hasClass)
        ignoredAlone = zip(contents, names).filter { !$0.0.hasClass && $0.0.ignoredPixels > 0 }.map(\.1)
    }

    /// Why nothing can be measured; nil where something can.
    public var fault: String? {
        guard withClass == 0, let first = ignoredAlone.first else { return nil }
        return
            "no pixel is of a class: \(ignoredAlone.count) of \(images) masks, the first \(first), hold 255 beside the "
            + "background at most, and 255 is ignored; if it is the object, recode 255 to 1"
    }

    /// What is measured where all there is is background; nil elsewhere.
    public var backgroundAlone: String? {
        guard withClass == 0, ignoredAlone.isEmpty else { return nil }
        return "no pixel is of a class, all \(images) masks are background: are they of these images?"
    }

    /// What is odd and no fault, a sentence each.
    public var warnings: [String] {
        if let backgroundAlone { return [backgroundAlone] }
        guard withClass > 0, let first = ignoredAlone.first else { return [] }
        return [
            "\(ignoredAlone.count) of \(images) masks, the first \(first), hold 255 beside the background at most, and 255 "
                + "is ignored; if it is an object there, recode 255 to its class"
        ]
    }
}
