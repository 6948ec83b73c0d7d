import Testing

@testable import Engine

struct EquivarianceLossTests {
    /// Both branches of an image with 6 classes, 3 of them present; different grids.
    private struct Case {
        static let labels: [Float] = [0, 1, 0, 1, 1, 0]
        static let (full, small) = (MapSize(height: 5, width: 6), MapSize(height: 3, width: 4))
        var fullLogits = Case.maps(6, cells: 30, negative: 9, seed: 40)
        var smallLogits = Case.maps(6, cells: 12, negative: 3, seed: 50)
        var fullRefined = Case.maps(7, cells: 30, negative: 4, seed: 60)
        var smallRefined = Case.maps(7, cells: 12, negative: 2, seed: 70)

        /// Away from the kinks: the maps' scales differ, so that no two classes are equal at a cell.
        static func maps(_ count: Int, cells: Int, negative: Int, seed: UInt64) -> [Float] {
            var maps: [Float] = []
            for index in 0..<count {
                let scale = 1 + 0.0713 * Float(index)
                maps += LossFixtures.spread(cells, negative: negative, seed: seed + UInt64(index)).map { scale * $0 }
            }
            return maps
        }

        struct Gradients {
            let fullLogits, smallLogits, fullRefined, smallRefined: [Float]
        }

        func losses(
            _ weights: EquivarianceLosses.Weights = .init(
                regularisation: 1, crossRegularisation: 1, adaptiveMinimum: 1)
        ) -> (EquivarianceLosses, Gradients) {
            let buffers = [180, 72, 210, 84].map { FloatBuffer(count: $0) }
            let inputs = [fullLogits, smallLogits, fullRefined, smallRefined].map { FloatBuffer($0) }
            // An array's elements may go after its last use, and the pointers outlive that.
            return withExtendedLifetime((buffers, inputs)) {
                let losses = EquivarianceLosses(
                    full: .init(
                        size: Case.full, logits: inputs[0].pointer, refined: inputs[2].pointer,
                        logitGradient: buffers[0].pointer, refinedGradient: buffers[2].pointer),
                    small: .init(
                        size: Case.small, logits: inputs[1].pointer, refined: inputs[3].pointer,
                        logitGradient: buffers[1].pointer, refinedGradient: buffers[3].pointer),
                    labels: Case.labels, smallestRange: 0, weights: weights)
                let gradients = Gradients(
                    fullLogits: buffers[0].values(180), smallLogits: buffers[1].values(72),
                    fullRefined: buffers[2].values(210), smallRefined: buffers[3].values(84))
                return (losses, gradients)
            }
        }
    }

    /// The reference's formulas, all channels and no shortcuts.
    private struct Reference {
        let cells = Case.small.count
        let maskWithBackground: [Float] = [1] + Case.labels

        func maps(_ logits: [Float], _ size: MapSize, labels: [Float]) -> [[Float]] {
            logits.chunks(of: size.count).enumerated().map { index, logits -> [Float] in
                var map = [Float](repeating: 0, count: size.count)
                MaxNormalisation.forward(Array(logits), cells: size.count, into: &map)
                var resized = [Float](repeating: 0, count: cells)
                AlignedResize(from: size, to: Case.small).forward(map, channels: 1, into: &resized)
                return resized.map { $0 * labels[index] }
            }
        }

        func regularisation(_ a: [[Float]], _ b: [[Float]]) -> Float {
            zip(a.joined(), b.joined()).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(a.count * cells)
        }

        func crossRegularisation(_ maps: [[Float]], refined: [[Float]]) -> Float {
            var differences: [Float] = []
            for cell in 0..<cells {
                let largest = maps.map { $0[cell] }.max()!
                differences.append(abs(1 - largest - refined[0][cell]))
                for (index, map) in maps.enumerated() {
                    differences.append(abs((map[cell] == largest ? largest : 0) - refined[index + 1][cell]))
                }
            }
            let count = Int(Double(refined.count * cells) * 0.2)
            return differences.sorted(by: >).prefix(count).reduce(0, +) / Float(count)
        }

        func adaptiveMinimum(_ refined: [Float], cells: Int) -> Float {
            let classes = refined.chunks(of: cells).map(Array.init)[1...]
            let largest = (0..<cells).map { cell in zip(classes, Case.labels).map { $0[cell] * $1 }.max()! }
            return largest.sorted().prefix(cells / 4).reduce(0) { $0 + max(0, $1) } / Float(cells / 4)
        }
    }

    @Test func values_areThoseOfTheReferenceFormulas() {
        let example = Case()
        let losses = example.losses().0
        let reference = Reference()
        let full = reference.maps(example.fullLogits, Case.full, labels: Case.labels)
        let small = reference.maps(example.smallLogits, Case.small, labels: Case.labels)
        let fullRefined = reference.maps(example.fullRefined, Case.full, labels: reference.maskWithBackground)
        let smallRefined = reference.maps(example.smallRefined, Case.small, labels: reference.maskWithBackground)
        let cross =
            reference.crossRegularisation(small, refined: fullRefined)
            + reference.crossRegularisation(full, refined: smallRefined)
        let minimum =
            (reference.adaptiveMinimum(example.fullRefined, cells: 30)
                + reference.adaptiveMinimum(example.smallRefined, cells: 12)) / 2
        #expect(abs(losses.regularisation - reference.regularisation(full, small)) < 1e-6)
        #expect(abs(losses.crossRegularisation - cross) < 1e-6)
        #expect(abs(losses.adaptiveMinimum - minimum) < 1e-6)
        #expect(losses.regularisation > 0.05 && losses.crossRegularisation > 0.05 && losses.adaptiveMinimum > 0.01)
    }

    @Test func regularisation_hasTheSlopeThatItReports() {
        let example = Case()
        let gradients = example.losses().1
        let fullError = FiniteDifferences.relativeError(
            of: gradients.fullLogits, at: example.fullLogits, step: 1e-3
        ) {
            var moved = example
            moved.fullLogits = $0
            return Double(moved.losses().0.regularisation)
        }
        let smallError = FiniteDifferences.relativeError(
            of: gradients.smallLogits, at: example.smallLogits, step: 1e-3
        ) {
            var moved = example
            moved.smallLogits = $0
            return Double(moved.losses().0.regularisation)
        }
        #expect(fullError < 5e-3)
        #expect(smallError < 5e-3)
        print("finite differences ER: full \(fullError), small \(smallError)")
    }

    @Test func refinedMaps_haveTheSlopeThatIsReported() {
        let example = Case()
        let gradients = example.losses(.init(regularisation: 9, crossRegularisation: 2, adaptiveMinimum: 3)).1
        func total(_ example: Case) -> Double {
            let losses = example.losses().0
            return 2 * Double(losses.crossRegularisation) + 3 * Double(losses.adaptiveMinimum)
        }
        let fullError = FiniteDifferences.relativeError(
            of: gradients.fullRefined, at: example.fullRefined, step: 1e-3
        ) {
            var moved = example
            moved.fullRefined = $0
            return total(moved)
        }
        let smallError = FiniteDifferences.relativeError(
            of: gradients.smallRefined, at: example.smallRefined, step: 1e-3
        ) {
            var moved = example
            moved.smallRefined = $0
            return total(moved)
        }
        #expect(fullError < 5e-3)
        #expect(smallError < 5e-3)
        print("finite differences ECR and adaptive minimum: full \(fullError), small \(smallError)")
    }
}
