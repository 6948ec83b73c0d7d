import ArgumentParser
import Engine

/// What becomes of specks: connected components of a class that are too small to be meant.
struct SmallComponentOptions: ParsableArguments {
    @Option(
        help: """
            Components of a class below this share of the image's pixels, 0 to 1, get no box. Default: \
            \(LabelingOptions.defaultMinimumArea).
            """)
    var minimumArea: Double?
    @Flag(help: "Leave such components out of the masks too, not out of the boxes alone.") var dropSmall = false

    func validate() throws {
        if let minimumArea, !LabelingOptions.isMinimumArea(minimumArea) {
            throw ValidationError("--minimum-area must be 0 to 1, is \(minimumArea)")
        }
    }
}
