/// `labelmap.txt`, which names the colours of a data set's masks: `name:r,g,b::` a line, the background first (the
/// format that CVAT and Datumaro read and write).
public enum Labelmap {
    /// - Parameter classes: in the order of their pixel values, the first being 1.
    public static func text(classes: [String]) -> String {
        (["background"] + classes).enumerated().map { index, name in
            let color = VOCPalette.color(of: index)
            return "\(name):\(color.x),\(color.y),\(color.z)::\n"
        }.joined()
    }
}
