extension TruthContent {
    /// - Parameter score: of the image.
    public init(_ score: ImageScore) {
        self.init()
        hasClass = score.pairs.contains { $0.truth > 0 }
        ignoredPixels = score.ignored ?? 0
    }
}
