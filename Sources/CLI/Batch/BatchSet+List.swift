import Engine
import Text

extension BatchSet {
    /// The images that a list names.
    static func choose(
        _ list: [String], of names: [String], in directory: ImageDirectory, _ problems: inout [String]
    ) -> Set<ByteKey> {
        let known = Set(names.map { ByteKey($0) })
        let below = ImageName.byBareName(names, stem: \.self)
        var chosen: Set<ByteKey> = []
        var missing: Set<ByteKey> = []
        for line in Set(list.map { ByteKey(RelativePath.normalised($0)) }).sorted().map(\.text) {
            let name = ByteKey(ImageName.stem(line))
            let candidates = below[name, default: []]
            if let fault = RelativePath.fault(in: line) {
                problems.append("--list: \(line.shown) \(fault)")
            } else if known.contains(name) {
                chosen.insert(name)
            } else if candidates.count == 1 {
                chosen.insert(ByteKey(candidates[0]))
            } else if candidates.isEmpty {
                missing.insert(ByteKey(line))
            } else {
                let paths = candidates.sorted { $0.precedesBytes(of: $1) }.joined(separator: " or ")
                problems.append("--list: \(line.shown) could be \(paths); write the path")
            }
        }
        let reasons = MissingImages(directory)
        for line in missing.sorted().map(\.text) {
            problems.append(
                "--list: \(line.shown) is no image in \(directory.path)"
                    + (reasons.reason(line).map { ": \($0)" } ?? ""))
        }
        return chosen
    }
}
