import Text

/// Two images whose results can't lie in one directory: the one's would be a file of the name of a folder that the
/// other's needs. `a.jpg` and `a.png/1.jpg` are such: `a.png` and `a.png/1.png`.
public struct ResultClash: Sendable, Equatable {
    /// Names without extension.
    public let image: String
    public let below: String
    /// Of the file and the folder, relative to the directory of the results.
    public let place: String

    /// In the order of the images; the first that lies in each folder stands for the others.
    /// - Parameters:
    ///   - names: of all images, without extension.
    ///   - extensions: of the files that are written for each.
    public static func all(in names: [String], extensions: [String]) -> [ResultClash] {
        var firstBelow: [ByteKey: String] = [:]
        for name in names {
            var end = name.utf8.startIndex
            while let slash = name.utf8[end...].firstIndex(of: UInt8(ascii: "/")) {
                let folder = ByteKey(name[..<slash])
                if firstBelow[folder] == nil { firstBelow[folder] = name }
                end = name.utf8.index(after: slash)
            }
        }
        guard !firstBelow.isEmpty else { return [] }
        return names.flatMap { name in
            extensions.compactMap { fileExtension in
                let place = "\(name).\(fileExtension)"
                return firstBelow[ByteKey(place)].map { ResultClash(image: name, below: $0, place: place) }
            }
        }
    }

    /// - Parameters: the two as people know them.
    public func text(_ image: String, _ below: String) -> String {
        "\(image) and \(below) would need a file and a folder of one name, \(place)"
    }
}
