import Foundation

extension TestClient {
    /// Options under which a small picture is labelled in milliseconds.
    public static let fastOptions = "scales=1&flip=false&refinement=none"

    /// Sends a POST with a body and reads the answer.
    /// - Parameter fields: further header lines, each with its CR LF.
    public func post(_ target: String, _ contentType: String?, _ body: Data, fields: String = "") throws -> Answer {
        try send(TestClient.head(target, contentType, bodyBytes: body.count, fields: fields) + body)
        return try answer()
    }

    /// Posts a picture to `/v1/masks`.
    public func postMask(_ picture: Picture = .jpeg, _ query: String = "labels=cat&\(fastOptions)", fields: String = "")
        throws -> Answer
    {
        try post("/v1/masks?\(query)", picture.mediaType, picture.bytes, fields: fields)
    }

    /// Puts a mask's ground truth.
    public func putGroundTruth(
        _ png: Data, of mask: String, _ contentType: String? = "image/png", fields: String = ""
    ) throws -> Answer {
        try put("/v1/masks/\(mask)/ground-truth", contentType, png, fields: fields)
    }

    /// Sends a PUT with a body and reads the answer.
    public func put(_ target: String, _ contentType: String?, _ body: Data, fields: String = "") throws -> Answer {
        try send(TestClient.head(target, contentType, bodyBytes: body.count, fields: fields, method: "PUT") + body)
        return try answer()
    }

    public func delete(_ target: String, fields: String = "") throws -> Answer {
        try request("DELETE \(target) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
    }

    public func get(_ path: String, fields: String) throws -> Answer {
        try request("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
    }

    public static func head(
        _ target: String, _ contentType: String?, bodyBytes: Int, fields: String = "", method: String = "POST"
    ) -> Data {
        let type = contentType.map { "Content-Type: \($0)\r\n" } ?? ""
        let line = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
        return Data("\(line)\(type)Content-Length: \(bodyBytes)\r\n\(fields)\r\n".utf8)
    }
}
