import Text

/// Names of classes as members of JSON objects: short, and no two that Swift or another program takes for one.
///
/// Files with longer names are refused when they are read again (`JSONScan`), and a class's name may be longer.
enum ClassKeys {
    /// Bytes of a class's name in JSON; with what figures say besides, less than a model file takes.
    private static let maximumBytes = 96

    static func keys(_ classes: [String]) -> [String] {
        var taken: Set<String> = []
        return classes.enumerated().map { index, name in
            let short = cut(name)
            let isItself = short.equalsBytes(of: name) && taken.insert(name).inserted
            return isItself ? name : "\(short)... (class \(index + 1))"
        }
    }

    private static func cut(_ name: String) -> String {
        var (short, bytes) = (String.UnicodeScalarView(), 0)
        for scalar in name.unicodeScalars {
            // A quotation mark takes a backslash more.
            bytes += UTF8.width(scalar) + (scalar == "\"" ? 1 : 0)
            if bytes > maximumBytes { break }
            short.append(scalar)
        }
        return String(short)
    }
}
