import Foundation

extension Warning {
    /// One for each class that was given and has no pixel in the mask, in the order of the classes.
    ///
    /// - Parameter given: of the same image as the mask.
    static func found(nothing given: [Labeling.LabeledClass], in mask: IndexMask) -> [Warning] {
        var seen = [Bool](repeating: false, count: Int(UInt16.max) + 1)
        for index in mask.indices { seen[Int(index)] = true }
        return given.filter { !seen[$0.index + 1] }.map { entry in
            var detail = "\(entry.name) was given, but no pixel of the mask is \(entry.name): its posterior is "
            detail += String(format: "%.2g", Double(entry.posterior))
            if entry.areaShare > 0 {
                // Of certain, large and strongest pixels there are none.
                detail += String(
                    format: ", and its own mask covers %.2g %% of the image", 100 * Double(entry.areaShare))
            }
            return Warning(.labelFoundNothing, detail)
        }
    }
}
