import Engine
import Foundation
import HTTPTypes

/// What a `POST /v1/masks` asks for, checked field by field.
struct MaskRequest: Sendable {
    let image: Data
    /// Class indices, ascending; nil when the client gave no labels.
    let labels: [Int]?
    let options: LabelingOptions

    static let imageTypes = ["image/jpeg", "image/png"]
    static let formType = "multipart/form-data"

    /// - Throws: `Problem` or an error that is one, naming the field at fault.
    init(_ request: Request, model: Model) throws {
        var fields = request.head.target.query.map { Field(name: $0.name, value: $0.value) }
        let contentType = request.head.fields[.contentType] ?? ""
        if MediaType(contentType)?.essence == MaskRequest.formType {
            var image: Data?
            for part in try MultipartParser(contentType: contentType).parse(request.body) {
                if part.name == "image" {
                    guard image == nil else { throw MaskRequest.invalid("image", "is given more than once; send one image a request") }
                    image = part.body
                } else {
                    guard let text = part.text else { throw MaskRequest.invalid(part.name, "is not UTF-8 text") }
                    fields.append(Field(name: part.name, value: text))
                }
            }
            guard let image else { throw MaskRequest.invalid("image", "is missing; add a part named image with the picture's bytes") }
            self.image = image
        } else {
            image = request.body
        }
        guard !image.isEmpty else { throw ImageError.empty }

        let form = try FormFields(fields)
        labels = try form.labels().map { try model.classIndices(of: $0) }
        options = try LabelingOptions(
            model: model.description, scales: try form.scales(), flip: try form.flip(),
            refinement: try form.refinement(), background: try form.background())
    }

    struct Field {
        let name: String
        let value: String
    }

    static func invalid(_ field: String, _ reason: String) -> Problem {
        Problem(.badRequest, "\(field) \(reason).", errors: [.init(field: field, detail: reason)])
    }
}

/// The text fields of a request, from its query and its form parts alike.
private struct FormFields {
    private static let known = ["labels", "refinement", "background", "scales", "flip"]
    private let values: [String: [String]]

    init(_ fields: [MaskRequest.Field]) throws {
        for field in fields where !FormFields.known.contains(field.name) {
            let name = String(field.name.prefix(100))
            throw MaskRequest.invalid(name, "is not a field of this request; known are \(FormFields.known.joined(separator: ", ")) and image")
        }
        values = Dictionary(grouping: fields, by: \.name).mapValues { $0.map(\.value) }
        for (name, given) in values where name != "labels" && given.count > 1 {
            throw MaskRequest.invalid(name, "is given more than once")
        }
    }

    private func text(_ name: String) -> String? {
        values[name]?.first?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Repeated fields and comma-separated names, in any mixture.
    func labels() throws -> [String]? {
        guard let given = values["labels"] else { return nil }
        let names = given.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
            .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        guard !names.contains("") else {
            throw MaskRequest.invalid("labels", "holds an empty name; separate class names by commas, or leave the field out to let the classifier decide")
        }
        return names
    }

    func refinement() throws -> Refinement? {
        guard let text = text("refinement") else { return nil }
        guard let refinement = Refinement(rawValue: text) else {
            let known = Refinement.allCases.map(\.rawValue).joined(separator: ", ")
            throw MaskRequest.invalid("refinement", "is \"\(text.prefix(100))\"; it must be one of \(known)")
        }
        return refinement
    }

    func background() throws -> Float? {
        guard let text = text("background") else { return nil }
        guard let value = Float(text), value.isFinite else {
            throw MaskRequest.invalid("background", "is \"\(text.prefix(100))\"; it must be a number from 0 to 1")
        }
        return value
    }

    func scales() throws -> [Double]? {
        guard let text = text("scales") else { return nil }
        return try text.split(separator: ",", omittingEmptySubsequences: false).map { item in
            guard let value = Double(item.trimmingCharacters(in: .whitespaces)), value.isFinite else {
                throw MaskRequest.invalid("scales", "holds \"\(item.prefix(100))\"; give numbers separated by commas, such as 0.5,1,1.5,2")
            }
            return value
        }
    }

    func flip() throws -> Bool? {
        switch text("flip")?.lowercased() {
        case nil: return nil
        case "true", "1": return true
        case "false", "0": return false
        case let other?: throw MaskRequest.invalid("flip", "is \"\(other.prefix(100))\"; it must be true or false")
        }
    }
}
