import Foundation
import Testing

@testable import Engine

/// Weights of the reference values, which are given by a formula: `manifest.json` says it.
struct FormulaWeights {
    struct Missing: Error { let name: String }

    /// In the order of the checkpoint.
    let names: [String]
    /// Position in the checkpoint, and floats.
    private let tensors: [String: (position: Int, count: Int)]

    /// - Parameter name: of the network's entry.
    init(_ manifest: String, _ name: String) throws {
        let json = try JSONSerialization.jsonObject(with: Shared.data("golden/\(manifest).json"))
        let entry = try #require((json as? [String: Any])?[name] as? [String: Any])
        let state = try #require(entry["state_dict"] as? [[Any]])
        let names = try state.map { try #require($0[0] as? String) }
        let counts = try state.map { try #require($0[1] as? [Int]).reduce(1, *) }
        tensors = Dictionary(
            uniqueKeysWithValues: names.indices.map { (names[$0], (position: $0, count: counts[$0])) })
        self.names = names
    }

    /// - Parameter leaving: rows at the checkpoint's beginning that the graph goes without.
    func values(of entry: ParameterTable.Entry, leaving: Int = 0) throws -> [Float] {
        let row = entry.count / entry.shape[0]
        guard let tensor = tensors[entry.name], tensor.count == entry.count + leaving * row else {
            throw Missing(name: entry.name)
        }
        let fan = (2 / Double(row)).squareRoot()
        var waves = Waves(place: leaving * row, phase: 0.11 * Double(tensor.position))
        return (0..<entry.count).map { _ in
            let wave = waves.next()
            switch entry.role {
            case .weight: return Float(wave * fan)
            case .gain: return Float(1 + 0.1 * wave)
            case .shift, .bias: return Float(0.1 * wave)
            case .mean: return Float(0.05 * wave)
            case .variance: return Float(1 + 0.2 * wave * wave)
            }
        }
    }

    /// sin(0.37 (k + 1) + phase) for one k after the other: turned from one to the next, as a hundred million sines
    /// take seconds, and set right every 256.
    private struct Waves {
        var place: Int
        let phase: Double
        private var (sine, cosine) = (0.0, 1.0)
        private let step = (sine: sin(0.37), cosine: cos(0.37))

        init(place: Int, phase: Double) {
            (self.place, self.phase) = (place, phase)
            let angle = 0.37 * Double(place) + phase
            (sine, cosine) = (sin(angle), cos(angle))
        }

        mutating func next() -> Double {
            place += 1
            if place % 256 == 0 {
                let angle = 0.37 * Double(place) + phase
                (sine, cosine) = (sin(angle), cos(angle))
            } else {
                (sine, cosine) = (
                    sine * step.cosine + cosine * step.sine, cosine * step.cosine - sine * step.sine
                )
            }
            return sine
        }
    }
}
