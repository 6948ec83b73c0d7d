/// The `image_id`s of the images of one COCO results file: of one type, and no two images share one.
///
/// COCO's own images are numbered by their file names: "000000000139" is 139. Where every name of the set is such a
/// number, and no two are the same number, ids are numbers; else each is the name itself.
public struct COCOImageIDs: Sendable {
    private var numbers: Set<Int>? = []

    /// Of a set without images.
    public init() {}

    /// - Parameter names: of all images of the set, without extension, each once.
    public init(_ names: some Sequence<String>) {
        for name in names where !add(name) { break }
    }

    /// - Returns: whether ids may still be numbers: when not, further names change nothing.
    @discardableResult
    public mutating func add(_ name: String) -> Bool {
        guard let number = COCOImageIDs.number(name), numbers?.insert(number).inserted == true else {
            numbers = nil
            return false
        }
        return true
    }

    /// - Parameter name: one of the set's.
    public func id(of name: String) -> COCOResult.ImageID {
        guard numbers != nil, let number = COCOImageIDs.number(name) else { return .name(name) }
        return .number(number)
    }

    /// Above this, readers that take numbers for floating-point ones take two for the same.
    private static let highest = 1 << 53

    private static func number(_ name: String) -> Int? {
        guard !name.isEmpty, name.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(name),
            number <= highest
        else { return nil }
        return number
    }
}
