import Foundation

/// A multipart/form-data body, as browsers and curl write it.
public struct MultipartForm {
    private static let boundary = "----pseudolabel-test-boundary"
    public static let contentType = "multipart/form-data; boundary=\(boundary)"
    private var content = Data()

    public init() {}

    public mutating func add(_ name: String, _ text: String) { add(name, Data(text.utf8), headers: "") }

    public mutating func addFile(_ name: String, _ bytes: Data, type: String) {
        add(name, bytes, headers: "; filename=\"upload\"\r\nContent-Type: \(type)")
    }

    private mutating func add(_ name: String, _ bytes: Data, headers: String) {
        content += Data("--\(Self.boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\(headers)\r\n\r\n".utf8)
        content += bytes + Data("\r\n".utf8)
    }

    public var body: Data { content + Data("--\(Self.boundary)--\r\n".utf8) }
}
