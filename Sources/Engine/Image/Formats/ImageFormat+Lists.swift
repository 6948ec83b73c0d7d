// What is said about all formats together.

extension ImageFormat {
    /// "JPEG, PNG or WebP".
    public static let names = list(allCases.map(\.name), "or")

    /// "JPEG, PNG nor WebP".
    static let namesRefused = list(allCases.map(\.name), "nor")

    /// "JPEG, PNG and WebP".
    static let namesAccepted = list(allCases.map(\.name), "and")

    /// What answers call the formats, one each.
    public static let mediaTypes = allCases.map(\.mediaType)

    /// Every media type by which images come, other names for the same format among them.
    public static let acceptedMediaTypes = allCases.flatMap(\.traits.mediaTypes)

    /// What a page lets choose: the value of the HTML attribute `accept`.
    public static let accept =
        (mediaTypes + allCases.flatMap(\.traits.fileExtensions).map { ".\($0)" }).joined(separator: ",")

    /// "a, b or c".
    static func list(_ items: [String], _ conjunction: String) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return "\(items.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
    }
}
