/// Metrics in the text format of Prometheus, version 0.0.4.
struct PrometheusText {
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: String {
        case counter, gauge, histogram
    }

    typealias Labels = KeyValuePairs<String, String>

    private(set) var text = ""

    /// The name as it is written: with the service's prefix, so that it is nobody else's, except for those of the process,
    /// which are the same for all that Prometheus reads (https://prometheus.io/docs/instrumenting/writing_clientlibs).
    static func fullName(_ name: String) -> String {
        name.hasPrefix("process_") ? name : "pseudolabel_" + name
    }

    /// Begins a family; its samples follow.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        let name = Self.fullName(name)
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: Labels, _ value: Double) {
        text += "\(Self.fullName(name))\(Self.rendered(labels.map { ($0.key, $0.value) })) \(Self.number(value))\n"
    }

    /// A family of one sample.
    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        family(name, kind, help)
        sample(name, [:], value)
    }

    mutating func histogram(_ name: String, _ labels: Labels, _ histogram: Histogram) {
        let name = Self.fullName(name)
        let labels = labels.map { ($0.key, $0.value) }
        var cumulated = 0
        for (bound, count) in zip(histogram.bounds + [.infinity], histogram.counts) {
            cumulated += count
            text += "\(name)_bucket\(Self.rendered(labels + [("le", Self.number(bound))])) \(cumulated)\n"
        }
        text += "\(name)_sum\(Self.rendered(labels)) \(Self.number(histogram.sum))\n"
        text += "\(name)_count\(Self.rendered(labels)) \(cumulated)\n"
    }

    private static func rendered(_ labels: [(String, String)]) -> String {
        labels.isEmpty ? "" : "{" + labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",") + "}"
    }

    /// Values of labels may be anything, such as the names of a model's file.
    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    }
}
