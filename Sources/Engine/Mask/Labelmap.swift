import Text

/// `labelmap.txt`, which names the colours of a data set's masks: `name:r,g,b::` a line, the background first (the
/// format that CVAT and Datumaro read and write).
public enum Labelmap {
    /// - Parameters:
    ///   - classes: in the order of their pixel values, the first being 1.
    ///   - leavesOut: whether masks have pixels of no label (`LabelingOptions.certainty`): Datumaro reads no mask with a
    ///     colour that is not declared.
    public static func text(classes: [String], leavesOut: Bool = false) -> String {
        var entries = (["background"] + classes).enumerated().map { line($0.element, index: $0.offset) }
        if leavesOut {
            // Datumaro's own name for it, unless a class has it.
            let name = ["ignored", "void", "unlabelled"].first { !$0.isOne(of: classes) } ?? "255"
            entries.append(line(name, index: VOCPNG.ignoredValue(classCount: classes.count)))
        }
        return entries.joined()
    }

    private static func line(_ name: String, index: Int) -> String {
        let color = VOCPalette.color(of: index)
        return "\(name):\(color.x),\(color.y),\(color.z)::\n"
    }
}
