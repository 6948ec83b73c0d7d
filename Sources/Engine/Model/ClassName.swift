import Text

/// The rules of class names.
public enum ClassName {
    /// Name of index 0, which every mask has.
    public static let background = "background"

    /// What is wrong with a class's name in any model, new or old, which it begins with; nil where nothing is. Names go
    /// into lists of lines, headers and pages.
    public static func fault(_ name: String) -> String? {
        let bytes = name.utf8.count
        let fault =
            bytes > NameRule.maximumLabelBytes
            ? "has \(bytes) bytes, at most \(NameRule.maximumLabelBytes) are allowed"
            : NameRule.fault(in: name, allowingSlashes: true)
        return fault.map { "\"\(name.shown)\" \($0)" }
    }

    /// As `fault`, of a class that a new model is to have: nor may it hold what separates names where they are listed.
    /// Older models have such classes; every format escapes them.
    public static func faultOfNew(_ name: String) -> String? {
        if let fault = fault(name) { return fault }
        if let reason = reason(againstNew: name) { return "\"\(name.shown)\" \(reason)" }
        return nil
    }

    private static func reason(againstNew name: String) -> String? {
        if name.withoutSpace.isEmpty { return "is empty" }
        if name.withoutSpace.utf8.count != name.utf8.count {
            return "begins or ends with white space, which lists of labels leave out"
        }
        if name.lowercased().equalsBytes(of: background) {
            return "is the name of index 0, what is no class; leave it out, or choose another name"
        }
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: ","): return "holds a comma, which separates labels; choose another name"
            case UInt8(ascii: ";"): return "holds a semicolon, which separates labels; choose another name"
            case UInt8(ascii: ":"): return "holds a colon, which ends a name in labelmap.txt; choose another name"
            default: continue
            }
        }
        return nil
    }

    /// Names in a sentence, separated by commas; one that holds a separator stands in quotation marks.
    public static func listed(_ names: [String]) -> String {
        names.map { $0.utf8.contains(where: LabelList.isSeparator) ? "\"\($0)\"" : $0 }.joined(separator: ", ")
    }
}
