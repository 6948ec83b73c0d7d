import Text

/// How many images have each class of a training set, and what is odd about it.
public struct ClassCensus: Sendable {
    /// In the order of the class layer.
    public let classes: [String]
    public let images: Int
    /// Images that have the class, in the order of `classes`.
    public let counts: [Int]
    /// Images without any class.
    public let negatives: Int

    /// Fewer images of a class than this hardly teach it.
    public static let few = 5

    public init(_ set: TrainingSet) {
        var counts = [Int](repeating: 0, count: set.classes.count)
        for example in set.examples { for label in example.labels { counts[label] += 1 } }
        (classes, images, self.counts) = (set.classes, set.examples.count, counts)
        negatives = set.examples.count { $0.labels.isEmpty }
    }

    /// What is no obstacle but perhaps a slip, a sentence each; few, however many classes there are.
    public var warnings: [String] {
        var warnings: [String] = []
        if negatives > 0 {
            let (count, verb) = negatives == 1 ? ("1 image", "has") : ("\(negatives) images", "have")
            warnings.append("\(count) \(verb) no class: negatives, or a slip in the labels file")
        }
        func add(_ what: String, _ isMeant: (Int) -> Bool, _ text: (Int) -> String = { _ in "" }) {
            let found = counts.indices.filter { isMeant(counts[$0]) }
            guard !found.isEmpty else { return }
            warnings.append(
                "\(what): " + ClassCensus.listed(found.map { "\"\(classes[$0].shown)\"" + text(counts[$0]) }))
        }
        add("every image has the class, so there is nothing to tell it from", { $0 == images })
        add("no image has the class", { $0 == 0 })
        add(
            "fewer than \(ClassCensus.few) images have the class", { (1..<ClassCensus.few).contains($0) },
            { " (\($0))" })
        return warnings + SimilarNames(classes).warnings
    }

    /// The first few, and how many more there are.
    static func listed(_ items: [String]) -> String {
        let shown = 10
        let more = items.count - shown
        return items.prefix(shown).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}
