/// How a picture is labelled: everything beside the picture, its labels and the model that a mask depends on.
public struct LabelingOptions: Codable, Sendable, Equatable {
    /// Sizes at which the network sees the picture, as factors of its own.
    public let scales: [Double]
    /// Whether each scale is seen mirrored too.
    public let flip: Bool
    public let refinement: Refinement
    /// Where a class map in [0, 1] is even with the background.
    public let background: Float
    /// Pixels whose label is less certain than this become `IndexMask.ignore` in the mask: a class's pixels by its
    /// posterior, the background's by what the highest posterior leaves. In (0.5, 1); nil labels all pixels.
    public let certainty: Float?
    /// Components smaller than this share of the image's pixels have no box, and no pixel where `dropSmall` says so. In
    /// [0, 1]; nil is `defaultMinimumArea`, so that options that say nothing of it stay the text that they were.
    public let minimumArea: Double?
    /// Whether such components are left out of the masks too; nil where they are not.
    public let dropSmall: Bool?

    public static let defaultScales = [0.5, 1, 1.5]  // docs/Results.md has the others
    public static let scaleRange = 0.25...3.0
    public static let maximumScales = 8
    public static let defaultMinimumArea = 0.001
    /// Whether a value can be a `certainty`: less than a half would leave out nothing, 1 everything.
    public static func isCertainty(_ value: Float) -> Bool { value > 0.5 && value < 1 }
    /// Of a model for which none was chosen.
    public static let customaryBackgroundScore: Float = 0.3

    /// - Parameters: nil takes the default; that of `background` is the model's own for the refinement.
    public init(
        model: ModelDescription, scales: [Double]? = nil, flip: Bool? = nil, refinement: Refinement? = nil,
        background: Float? = nil, certainty: Float? = nil, minimumArea: Double? = nil, dropSmall: Bool? = nil
    ) throws(InvalidOption) {
        self.scales = scales ?? LabelingOptions.defaultScales
        self.flip = flip ?? true
        self.refinement = refinement ?? .binomial
        self.background = background ?? model.backgroundScore[self.refinement]
        self.certainty = certainty
        // One text of equal options: they are a part of a mask's address.
        self.minimumArea = minimumArea == LabelingOptions.defaultMinimumArea ? nil : minimumArea
        self.dropSmall = dropSmall == true ? true : nil
        guard (1...LabelingOptions.maximumScales).contains(self.scales.count) else {
            throw InvalidOption(field: "scales", reason: "give 1 to \(LabelingOptions.maximumScales) scales")
        }
        for scale in self.scales where !LabelingOptions.scaleRange.contains(scale) {
            let range = LabelingOptions.scaleRange
            throw InvalidOption(
                field: "scales", reason: "\(scale) is not within \(range.lowerBound) to \(range.upperBound)")
        }
        guard Set(self.scales).count == self.scales.count else {
            throw InvalidOption(field: "scales", reason: "a scale is given twice")
        }
        guard (0...1).contains(self.background) else {
            throw InvalidOption(field: "background", reason: "\(self.background) is not within 0 to 1")
        }
        if let certainty, !LabelingOptions.isCertainty(certainty) {
            throw InvalidOption(field: "certainty", reason: "\(certainty) is not between 0.5 and 1")
        }
        if let minimumArea, !LabelingOptions.isMinimumArea(minimumArea) {
            throw InvalidOption(field: "minimum_area", reason: "\(minimumArea) is not within 0 to 1")
        }
    }

    /// Whether a value can be a `minimumArea`.
    public static func isMinimumArea(_ value: Double) -> Bool { (0...1).contains(value) }

    /// `minimumArea` of an image of so many pixels, in pixels; at least 1.
    public func minimumPixels(of pixels: Int) -> Int {
        let share = minimumArea ?? LabelingOptions.defaultMinimumArea
        return max(1, Int((share * Double(pixels)).rounded(.up)))
    }

    private enum CodingKeys: String, CodingKey {
        case scales, flip, refinement, background, certainty
        // As JSON has it everywhere, also where no encoder turns names into snake case.
        case minimumArea = "minimum_area"
        case dropSmall = "drop_small"
    }
}

/// An option out of its range. The description names the field and the range.
public struct InvalidOption: Error, Equatable, Sendable, CustomStringConvertible {
    public let field: String
    public let reason: String
    public var description: String { "\(field): \(reason)" }

    public init(field: String, reason: String) {
        self.field = field
        self.reason = reason
    }
}

extension Refinement: Codable {}

extension ModelDescription.BackgroundScore {
    public subscript(refinement: Refinement) -> Float {
        switch refinement {
        // Of the multinomial form only the reference's exponent is known, which means about the same.
        case .binomial, .multinomial: binomial
        case .none: none
        }
    }
}
