/// Where a mask is in a job's archive: the one place that knows, because what it takes there is written down when its
/// item ends.
public enum ResultLayout {
    /// - Parameters:
    ///   - name: of the item.
    ///   - bytes: of the PNG.
    ///   - modified: seconds since 1970.
    public static func mask(named name: String, bytes: Int, modified: Int) -> TarEntry {
        TarEntry(path: "SegmentationClass/\(name).png", size: bytes, modified: modified)
    }
}
