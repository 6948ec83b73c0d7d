/// What training minimises: terms with weights; a term of weight 0 is not computed, so an ablation changes one thing.
public struct Objective: Codable, Sendable, Equatable {
    /// Combinations with names of their own; their weights are the reference implementation's.
    public enum Method: String, Codable, Sendable, CaseIterable {
        case gap, gmp, isl, fsl
        case islFSL = "isl+fsl"
        case seam
        case seamISLFSL = "seam+isl+fsl"
    }

    /// What a cell's logits mean to the importance-sampling and feature-similarity losses.
    public enum Posterior: String, Codable, Sendable, CaseIterable {
        /// One sigmoid a class: classes may share a cell.
        case binomial
        /// One softmax over background and classes; the background has a row of its own in the class layer, for
        /// training alone.
        case multinomial
    }

    /// Multiples of the terms' values in the total.
    public struct Weights: Codable, Sendable, Equatable {
        /// Classification by global average pooling. Over both sizes of the picture where there is a small one.
        public var gap: Float = 0
        /// Classification by global max pooling.
        public var gmp: Float = 0
        /// Importance sampling.
        public var isl: Float = 0
        /// Feature similarity.
        public var fsl: Float = 0
        /// SEAM's equivariance regularisation.
        public var er: Float = 0
        /// SEAM's equivariant cross regularisation.
        public var ecr: Float = 0
        /// SEAM's adaptive min pooling of the refined maps.
        public var rvmin: Float = 0
        /// Soft targets, in further rounds.
        public var teacher: Float = 0

        /// By the names that the command line uses.
        public static let names: [(name: String, path: WritableKeyPath<Weights, Float> & Sendable)] = [
            ("gap", \.gap), ("gmp", \.gmp), ("isl", \.isl), ("fsl", \.fsl), ("er", \.er), ("ecr", \.ecr),
            ("rvmin", \.rvmin), ("teacher", \.teacher),
        ]

        /// The terms that are means over the network's classes.
        static let classMeans: [WritableKeyPath<Weights, Float> & Sendable] = [\.gap, \.gmp, \.isl, \.er, \.ecr]

        /// The classification loss among these values of the terms, for an objective of these weights.
        func classification(_ weights: Weights) -> Float { weights.gap > 0 ? gap : weights.gmp > 0 ? gmp : isl }

        public init() {}

        public init(_ method: Method) {
            switch method {
            case .gap, .fsl, .seam: gap = 1
            case .gmp: gmp = 1
            case .isl, .islFSL, .seamISLFSL: (gap, isl) = (0.8, 0.2)
            }
            if [.fsl, .islFSL, .seamISLFSL].contains(method) { fsl = 1 }
            if [.seam, .seamISLFSL].contains(method) { (er, ecr, rvmin) = (1, 1, 1) }
        }
    }

    public var weights: Weights
    public var posterior: Posterior
    /// Pixels drawn a class and picture, K.
    public var samples: Int
    /// Of the feature-similarity loss: where similar colours end.
    public var mu: Float
    /// Its reach, in cells of the class maps; nil has none.
    public var sigma: Float?
    /// Of the soft targets' loss: the logit at which a cell is even with the background. Above zero, so that a class that
    /// covers little of a picture can still have a positive mean logit, which is what the classifier goes by.
    public var teacherShift: Float = 2
    /// Share of one class in the terms that are means over classes. The published settings were found on VOC, whose 20
    /// classes have 1 / 20 each in a mean. A mean would give each of three classes 20 / 3 of the gradient that the
    /// learning rate was tuned for; a fixed share gives a class the same gradient. Past 1 / share classes the fixed
    /// share is that of the class layer's rows alone: the trunk would get the sum of what all classes want.
    public var classShare: Float = 0.05
    /// Range in logits below which a class map is not stretched to [0, 1] by the losses that compare normalised maps. A
    /// flatter map says nothing about where its class is, and normalising it would divide by almost nothing: a map
    /// whose one positive cell had 4.5e-5 logits got 3,300 times the gradient of its classification loss. 0 stretches
    /// every map, as the papers do.
    public var mapRange: Float = 1

    public init(
        weights: Weights, posterior: Posterior = .binomial, samples: Int = 10, mu: Float = 2.5, sigma: Float? = 5
    ) {
        self.weights = weights
        self.posterior = posterior
        self.samples = samples
        self.mu = mu
        self.sigma = sigma
    }

    /// Multiples of the terms' values in the total, for a network of so many classes: `weights`, and for a term that is
    /// a mean over classes `classShare` for each class in place of the mean's share, while these shares are no more than
    /// a whole mean.
    public func multiples(classes: Int) -> Weights {
        var multiples = weights
        for path in Weights.classMeans { multiples[keyPath: path] *= min(1, Float(classes) * classShare) }
        return multiples
    }

    /// How many times faster the class layer learns, so that each of its rows has its `classShare` of many classes too.
    func classLayerFactor(classes: Int) -> Float { max(1, Float(classes) * classShare) }

    /// Whether the class layer has a row for the background, before those of the classes.
    var hasBackground: Bool { posterior == .multinomial && (weights.isl > 0 || weights.fsl > 0) }
    /// Whether a small copy of each picture is seen too.
    public var isSiamese: Bool { weights.er > 0 || weights.ecr > 0 || weights.rvmin > 0 }

    /// Size of the small copy (SEAM's).
    static let smallScale: Float = 0.3
}

/// The terms of an objective, unweighted: of one picture, or means over several.
public struct LossValues: Codable, Sendable, Equatable {
    public var terms = Objective.Weights()

    mutating func add(_ other: LossValues) {
        for (_, path) in Objective.Weights.names { terms[keyPath: path] += other.terms[keyPath: path] }
    }

    func scaled(by factor: Float) -> LossValues {
        var scaled = self
        for (_, path) in Objective.Weights.names { scaled.terms[keyPath: path] *= factor }
        return scaled
    }

    /// What is minimised.
    public func total(_ weights: Objective.Weights) -> Float {
        Objective.Weights.names.reduce(0) { $0 + weights[keyPath: $1.path] * terms[keyPath: $1.path] }
    }
}
