import ArgumentParser
import Engine
import Text

/// Whether validation images are trained on, which makes their figures too good.
struct OverlapCheck {
    let validation: TrainingSet
    let training: TrainingSet
    /// The option that chose the training images; nil where all of the labels file are trained on.
    let trainingList: String?

    /// - Returns: what to say of the overlap; nil where there is none.
    var finding: String? {
        let shared = ImageOverlap.names(of: validation, in: training)
        guard let first = shared.first else { return nil }
        return "\(shared.count) of \(validation.examples.count) validation images are also trained on, such as "
            + first.shown
    }

    /// - Parameter isAllowed: whether it is no more than a warning.
    func run(isAllowed: Bool) throws {
        guard let finding else { return }
        guard !isAllowed else { return Terminal.note("warning: \(finding); their figures will be too good") }
        let exclude =
            trainingList.map { "take them out of \($0)" }
            ?? "without --list all images of the labels file are trained on: give --list with the names of the others"
        throw Overlap(description: "\(finding); \(exclude), or accept figures that are too good with --allow-overlap")
    }

    private struct Overlap: Error, CustomStringConvertible {
        let description: String
    }
}
