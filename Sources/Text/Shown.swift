extension StringProtocol {
    /// Foreign words for a message: short, and without characters that a terminal would obey or that hide others.
    public var shown: String {
        var result = ""
        var count = 0
        for scalar in unicodeScalars {
            if count == 120 { return result + "..." }
            count += 1
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: result.unicodeScalars.append("?")
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
