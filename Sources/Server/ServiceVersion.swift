/// The program's version, for `--version`, `pseudolabel_build_info` and the API's description.
public enum ServiceVersion {
    public static let current = "0.1.0"
}
