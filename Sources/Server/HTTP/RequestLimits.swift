public struct RequestLimits: Sendable, Equatable {
    public var maximumItems = 100_000
    public var maximumLabels = 1000
    public var maximumNameBytes = 200
    public var maximumJSONDepth = 32
    public var maximumBodyBytes = 128 << 20
    public var maximumJobBytes = 64 << 20
    public init() {}
}
