import ArgumentParser

/// A duration in seconds on the command line; fractions are allowed.
struct Seconds: ExpressibleByArgument, Comparable {
    let value: Double

    init(_ value: Double) { self.value = value }

    init(_ duration: Duration) { value = duration / .seconds(1) }

    init?(argument: String) {
        guard let value = Double(argument), value.isFinite else { return nil }
        self.value = value
    }

    var duration: Duration { .seconds(value) }
    var defaultValueDescription: String { description }

    static func < (left: Seconds, right: Seconds) -> Bool { left.value < right.value }
}

extension Seconds: CustomStringConvertible {
    /// Without a fraction where there is none.
    var description: String { value == value.rounded() ? String(Int(value)) : String(value) }
}

/// What each duration may be: a millisecond to a day.
private let durations = Seconds(0.001)...Seconds(86400)

/// - Throws: an error that names the option and its range.
func require<Value: Comparable>(_ option: String, _ value: Value, in range: ClosedRange<Value>) throws {
    guard range.contains(value) else {
        throw ValidationError("\(option) must be \(range.lowerBound) to \(range.upperBound), is \(value)")
    }
}

func require(_ option: String, _ value: Seconds) throws { try require(option, value, in: durations) }
