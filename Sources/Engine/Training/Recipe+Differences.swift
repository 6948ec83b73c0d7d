import Foundation

extension Recipe {
    /// The settings in which another recipe differs, such as "optimizer.learningRate", in alphabetical order.
    func differences(from other: Recipe) -> [String] {
        let (ours, theirs) = (settings, other.settings)
        return Set(ours.keys).union(theirs.keys).filter { ours[$0] != theirs[$0] }.sorted()
    }

    /// Values by the path of their names.
    private var settings: [String: String] {
        var settings: [String: String] = [:]
        func add(_ value: Any, at path: String) {
            if let members = value as? [String: Any] {
                for (name, member) in members { add(member, at: path.isEmpty ? name : path + "." + name) }
            } else {
                settings[path] = "\(value)"
            }
        }
        // A recipe is numbers and names only, so it can be encoded.
        if let json = try? JSONEncoder().encode(self), let object = try? JSONSerialization.jsonObject(with: json) {
            add(object, at: "")
        }
        return settings
    }
}
