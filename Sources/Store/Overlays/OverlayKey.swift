/// Which overlay of a mask.
public struct OverlayKey: Hashable, Sendable {
    public let mask: MaskID
    /// Pixels, as asked for; nil where no width was.
    public let width: Int?
    /// Whether the borders of classes are drawn.
    public let outline: Bool
    /// Of the program that draws: what another one drew is not found.
    public let revision: Int

    public init(mask: MaskID, width: Int?, outline: Bool = true, revision: Int) {
        self.mask = mask
        self.width = width
        self.outline = outline
        self.revision = revision
    }

    /// The column's value.
    var storedWidth: Int { width ?? 0 }
}
