extension Warning.Code {
    /// Whether it is about the image's file, and not about the labels that came with it.
    public var isAboutImage: Bool {
        switch self {
        case .strayBytes, .oddHeader, .misplacedPart, .extraData, .nearlyBlack: true
        case .labelFoundNothing: false
        }
    }
}
