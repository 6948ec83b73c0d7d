extension TrainingSet {
    /// Some of a set's images, with the same classes: they have been checked with the rest.
    /// - Parameter warnings: of the subset, after those of the whole.
    init(_ set: TrainingSet, examples: [Example], warnings: [String] = []) {
        classes = set.classes
        self.examples = examples
        self.warnings = set.warnings + warnings
    }
}
