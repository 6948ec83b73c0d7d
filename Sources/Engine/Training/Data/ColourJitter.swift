import Foundation

/// Random changes of brightness, contrast, saturation and hue, in random order: torchvision's `ColorJitter`.
///
/// Two things differ. Contrast fades towards the mean gray of the pixels given, a crop, not of the whole picture. Hue
/// turns colours about the gray axis of the RGB cube, one matrix a picture: as HSV's hue at thirds of a turn, but
/// keeping R + G + B where HSV keeps the largest of the three.
public struct ColourJitter: Sendable, Equatable {
    /// Factors are uniform in [1 - strength, 1 + strength], not below 0.
    public let brightness: Float
    public let contrast: Float
    public let saturation: Float
    /// In turns: the shift is uniform in [-hue, hue], at most half a turn.
    public let hue: Float

    public static let none = ColourJitter(brightness: 0, contrast: 0, saturation: 0, hue: 0)

    /// The defaults are the reference implementation's for PASCAL VOC.
    public init(brightness: Float = 0.3, contrast: Float = 0.3, saturation: Float = 0.3, hue: Float = 0.1) {
        self.brightness = brightness
        self.contrast = contrast
        self.saturation = saturation
        self.hue = hue
    }

    enum Step: Equatable {
        case brightness(Float)
        case contrast(Float)
        case saturation(Float)
        /// In turns.
        case hue(Float)
    }

    /// Draws the four changes and their order: always the same number of random numbers.
    func steps(_ random: inout RandomStream) -> [Step] {
        func factor(_ strength: Float) -> Float { random.uniform(max(0, 1 - strength), 1 + strength) }
        let steps: [Step] = [
            .brightness(factor(brightness)), .contrast(factor(contrast)), .saturation(factor(saturation)),
            .hue(random.uniform(-hue, hue)),
        ]
        return random.permutation(of: steps.count).map { steps[$0] }
    }
}

extension ColourJitter.Step {
    /// Luma of R, G, B (ITU-R BT.601), as in torchvision.
    private static let luma: SIMD3<Float> = [0.2989, 0.587, 0.114]

    /// In place; values stay in [0, 1].
    /// - Parameter planes: [3, count], R, G, B.
    func apply(to planes: UnsafeMutablePointer<Float>, count: Int) {
        let (r, g, b) = (planes, planes + count, planes + 2 * count)
        let luma = ColourJitter.Step.luma
        switch self {
        case .brightness(let factor):
            if factor == 1 { return }
            for i in 0..<3 * count { planes[i] = (planes[i] * factor).limitedToUnit }
        case .contrast(let factor):
            if factor == 1 { return }
            let rest = (1 - factor) * ColourJitter.Step.meanLuma(planes, count: count)
            for i in 0..<3 * count { planes[i] = (planes[i] * factor + rest).limitedToUnit }
        case .saturation(let factor):
            if factor == 1 { return }
            for i in 0..<count {
                let rest = (1 - factor) * (r[i] * luma.x + g[i] * luma.y + b[i] * luma.z)
                r[i] = (r[i] * factor + rest).limitedToUnit
                g[i] = (g[i] * factor + rest).limitedToUnit
                b[i] = (b[i] * factor + rest).limitedToUnit
            }
        case .hue(let turns):
            if turns == 0 { return }
            // Rotation about (1, 1, 1) by Rodrigues' formula: a circulant matrix.
            let angle = 2 * Float.pi * turns
            let same = cos(angle) + (1 - cos(angle)) / 3
            let before = (1 - cos(angle)) / 3 + sin(angle) / Float(3).squareRoot()
            let behind = (1 - cos(angle)) / 3 - sin(angle) / Float(3).squareRoot()
            for i in 0..<count {
                let (red, green, blue) = (r[i], g[i], b[i])
                r[i] = (same * red + behind * green + before * blue).limitedToUnit
                g[i] = (before * red + same * green + behind * blue).limitedToUnit
                b[i] = (behind * red + before * green + same * blue).limitedToUnit
            }
        }
    }

    /// In lines of pixels, so that the sum of a crop loses no digits.
    private static func meanLuma(_ planes: UnsafePointer<Float>, count: Int) -> Float {
        let line = 256
        var sum = 0.0
        for start in stride(from: 0, to: count, by: line) {
            let end = min(start + line, count)
            for channel in 0..<3 {
                let plane = planes + channel * count
                var part = SIMD8<Float>.zero
                var i = start
                while i + 8 <= end {
                    part += UnsafeRawPointer(plane + i).loadUnaligned(as: SIMD8<Float>.self)
                    i += 8
                }
                var rest = part.sum()
                while i < end {
                    rest += plane[i]
                    i += 1
                }
                sum += Double(rest * luma[channel])
            }
        }
        return Float(sum / Double(count))
    }
}

extension Float {
    fileprivate var limitedToUnit: Float { self < 0 ? 0 : (self > 1 ? 1 : self) }
}
