/// An empty set of labels is a label too, "none of the classes", and can be a slip: so it is told how many images have it.
public enum NoClass {
    /// - Parameter images: at least one.
    public static func text(images: Int) -> String {
        images == 1
            ? "1 image with no class: its mask is background alone, unless the empty labels are a slip"
            : "\(images) images with no class: their masks are background alone, unless the empty labels are a slip"
    }
}
