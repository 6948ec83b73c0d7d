import Engine
import Foundation
import HTTPTypes
import Text

/// What a `POST /v1/masks` asks for, checked field by field.
struct MaskRequest: Sendable {
    let image: Data
    /// Class indices, ascending; nil where the client leaves them to the classifier, none where it says that there are
    /// none.
    let labels: [Int]?
    let options: LabelingOptions

    static let imageTypes = ImageFormat.acceptedMediaTypes
    static let formType = "multipart/form-data"
    /// What curl -d says of a body from which it has dropped all line breaks.
    private static let fieldsType = "application/x-www-form-urlencoded"
    private static let mangled = Problem(
        .unsupportedMediaType,
        "The body is no image as it stands in its file, and \(fieldsType) is what curl -d says, which drops line breaks; "
            + "send the file by --data-binary @FILE, or as a form by -F image=@FILE.",
        fields: [.accept: (imageTypes + [formType]).joined(separator: ", ")])
    /// Name of a form's part with the picture.
    private static let imagePart = "image"

    /// - Throws: `Problem` or an error that is one, naming the field at fault.
    init(_ request: Request, model: Model, limits: RequestLimits) throws {
        var fields = request.head.target.query.map { Field(name: $0.name, value: $0.value) }
        let contentType = request.head.fields[.contentType] ?? ""
        let type = MediaType(contentType)?.essence
        if type == MaskRequest.formType {
            let parts = try MultipartParser(contentType: contentType, maximumParts: limits.maximumParts).parse(
                request.body)
            image = try MaskRequest.image(in: parts)
            fields += try MaskRequest.textFields(in: parts, maximumBytes: limits.maximumTextBytes)
        } else {
            image = request.body
            if type == MaskRequest.fieldsType, !image.isEmpty, MaskRequest.lacksLineBreaks(image) {
                throw MaskRequest.mangled
            }
        }
        guard !image.isEmpty else { throw ImageError.empty }

        let form = try FormFields(fields)
        labels = try form.labels.map { try model.classIndices(ofTexts: $0, maximum: limits.maximumLabels) }
        options = try LabelingOptions(
            model: model.description, scales: try form.scales(), flip: try form.flag("flip"),
            refinement: try form.refinement(), background: try form.number("background", "0 to 1"),
            certainty: try form.number("certainty", "0.5 to 1"),
            minimumArea: try form.number("minimum_area", "0 to 1"), dropSmall: try form.flag("drop_small"))
    }

    /// Whether bytes have none of those that curl -d drops: carriage returns, line feeds and zeros. Every image has zeros,
    /// among them those of its first lengths.
    private static func lacksLineBreaks(_ bytes: Data) -> Bool { !bytes.contains { [0, 10, 13].contains($0) } }

    private static func image(in parts: [MultipartPart]) throws -> Data {
        let images = parts.filter { $0.name.equalsBytes(of: imagePart) }
        guard let image = images.first else {
            throw invalid(imagePart, "is missing; add a part named \(imagePart) with the picture's bytes")
        }
        guard images.count == 1 else { throw invalid(imagePart, "is given more than once; send one image a request") }
        return image.body
    }

    /// Bounded before anything is taken apart: a few bytes become a name, and an unknown one comes back in the answer.
    private static func textFields(in parts: [MultipartPart], maximumBytes: Int) throws -> [Field] {
        var bytes = 0
        return try parts.filter { !$0.name.equalsBytes(of: imagePart) }.map { part in
            try FormFields.requireKnown(part.name)
            bytes += part.body.count
            guard bytes <= maximumBytes else {
                throw invalid(part.name, "is too long; the text parts of a form take at most \(maximumBytes) bytes")
            }
            guard let text = part.text else { throw invalid(part.name, "is not UTF-8 text") }
            return Field(name: part.name, value: text)
        }
    }

    struct Field {
        let name: String
        let value: String
    }

    static func invalid(_ field: String, _ reason: String) -> Problem {
        let name = field.cut(bytes: shownBytes)
        return Problem(
            .badRequest, "\(name.isEmpty ? "\"\"" : name) \(reason).", errors: [.init(field: name, detail: reason)])
    }

    /// What a message shows of text that a client sent.
    fileprivate static let shownBytes = 100
}

/// The text fields of a request, from its query and its form parts alike.
private struct FormFields {
    private static let known = [
        "labels", "refinement", "background", "certainty", "minimum_area", "drop_small", "scales", "flip",
    ]
    private let values: [String: [String]]

    init(_ fields: [MaskRequest.Field]) throws {
        for field in fields { try FormFields.requireKnown(field.name) }
        values = Dictionary(grouping: fields, by: \.name).mapValues { $0.map(\.value) }
        // In their order, so that the same request is refused for the same field each time.
        for field in fields where field.name != "labels" && values[field.name]?.count ?? 0 > 1 {
            throw MaskRequest.invalid(field.name, "is given more than once")
        }
    }

    static func requireKnown(_ name: String) throws {
        guard name.isOne(of: known) else {
            throw MaskRequest.invalid(
                name, "is not a field of this request; known are \(known.joined(separator: ", ")) and, in a form, image"
            )
        }
    }

    private func text(_ name: String) -> String? {
        values[name]?.first?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Lists of names, which may be repeated; nil leaves them to the classifier. An empty one is no
    /// lack of labels: it says that the image has none of the classes.
    var labels: [String]? { values["labels"] }

    func refinement() throws -> Refinement? {
        guard let text = text("refinement") else { return nil }
        guard let refinement = Refinement(bytes: text) else {
            let known = Refinement.allCases.map(\.rawValue).joined(separator: ", ")
            throw MaskRequest.invalid(
                "refinement", "is \"\(text.cut(bytes: MaskRequest.shownBytes))\"; it must be one of \(known)")
        }
        return refinement
    }

    /// - Parameter range: for the message; the options check it.
    func number<Value: BinaryFloatingPoint & LosslessStringConvertible>(
        _ name: String, _ range: String
    ) throws -> Value? {
        guard let text = text(name) else { return nil }
        guard let value = Value(text), value.isFinite else {
            throw MaskRequest.invalid(
                name, "is \"\(text.cut(bytes: MaskRequest.shownBytes))\"; it must be a number from \(range)")
        }
        return value
    }

    func scales() throws -> [Double]? {
        guard let text = text("scales") else { return nil }
        return try text.split(onByte: ",").map { item in
            guard let value = Double(item.trimmingCharacters(in: .whitespaces)), value.isFinite else {
                throw MaskRequest.invalid(
                    "scales",
                    "holds \"\(item.cut(bytes: MaskRequest.shownBytes))\"; give numbers separated by commas, such as 0.5,1,1.5,2"
                )
            }
            return value
        }
    }

    func flag(_ name: String) throws -> Bool? {
        guard let text = text(name) else { return nil }
        let lowercase = text.lowercased()
        if lowercase.isOne(of: ["true", "1"]) { return true }
        guard lowercase.isOne(of: ["false", "0"]) else {
            throw MaskRequest.invalid(
                name, "is \"\(lowercase.cut(bytes: MaskRequest.shownBytes))\"; it must be true or false")
        }
        return false
    }
}
