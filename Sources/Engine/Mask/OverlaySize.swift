/// How large an overlay is drawn: never larger than its image, and of the image's proportions.
public struct OverlaySize: Sendable, Equatable {
    /// Most pixels of the longer side.
    public static let maximumSide = 4096
    /// The same where no width is asked for.
    public static let defaultSide = 2048

    public let width: Int
    public let height: Int

    /// - Parameter width: wanted pixels; nil takes the image's own size, as far as `defaultSide` allows.
    /// - Precondition: sizes positive.
    public init(imageWidth: Int, imageHeight: Int, width: Int?) {
        precondition(imageWidth > 0 && imageHeight > 0 && width ?? 1 > 0)
        let longer = max(imageWidth, imageHeight)
        let side = width == nil ? OverlaySize.defaultSide : OverlaySize.maximumSide
        // Both factors as fractions of the image's own size; the smaller one holds.
        var factor = Double(min(longer, side)) / Double(longer)
        if let width { factor = min(factor, Double(min(width, imageWidth)) / Double(imageWidth)) }
        self.width = max(1, Int((Double(imageWidth) * factor).rounded()))
        self.height = max(1, Int((Double(imageHeight) * factor).rounded()))
    }
}
