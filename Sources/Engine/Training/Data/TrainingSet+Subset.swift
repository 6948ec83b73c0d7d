extension TrainingSet {
    /// Some of a set's images, with the same classes: they have been checked with the rest.
    init(_ set: TrainingSet, examples: [Example]) { (classes, self.examples, notes) = (set.classes, examples, []) }
}
