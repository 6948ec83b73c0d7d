import Foundation
import Text

/// Image-level labels of a data set: a CSV file with the header `image,labels`, class names separated by `;`.
/// An empty field of labels is an image without any of the classes.
public struct LabelsFile: Sendable, Equatable {
    public struct Line: Sendable, Equatable {
        /// As written in the file: a path relative to the directory of the images, with or without an image's extension.
        public let image: String
        /// None empty, none twice. No label at all says that the image has none of the classes: it is a negative, not
        /// an image of which nothing is known.
        public let labels: [String]
        /// Line number in the file, the header being 1.
        public let number: Int
    }

    public let lines: [Line]
    /// By `ImageName.listed`.
    private let lineByStem: [ByteKey: Int]

    /// All that is wrong with a file, line by line.
    public struct Invalid: Error, Equatable, CustomStringConvertible {
        public let path: String
        public let problems: [String]
        public var description: String {
            (["\(path): \(problems.count) problem\(problems.count == 1 ? "" : "s") in the labels file"] + problems)
                .joined(separator: "\n  ")
        }
    }

    public init(contentsOf path: String) throws {
        let (file, problems) = try LabelsFile.reading(contentsOf: path)
        guard problems.isEmpty else { throw Invalid(path: path, problems: problems) }
        self = file
    }

    /// What can be read of a file, and all that is wrong with its lines: for those who look for more problems first.
    /// - Throws: `Invalid` for a file that is no labels file at all.
    public static func reading(contentsOf path: String) throws -> (file: LabelsFile, problems: [String]) {
        let text: String
        do throws(TextFile.Unreadable) {
            text = try TextFile.read(path)
        } catch {
            throw Invalid(path: path, problems: [error.description])
        }
        return try reading(text: text, path: path)
    }

    init(text: String, path: String) throws {
        let (file, problems) = try LabelsFile.reading(text: text, path: path)
        guard problems.isEmpty else { throw Invalid(path: path, problems: problems) }
        self = file
    }

    private init(lines: [Line], lineByStem: [ByteKey: Int]) {
        self.lines = lines
        self.lineByStem = lineByStem
    }

    private static func reading(text: String, path: String) throws -> (file: LabelsFile, problems: [String]) {
        let rows: [CSVRows.Row]
        do {
            rows = try CSVRows(text.withoutByteOrderMark).rows
        } catch {
            throw Invalid(path: path, problems: ["is not CSV: \(error)"])
        }
        guard let header = rows.first?.fields, header.count == 2, header[0].withoutASCIISpace.equalsBytes(of: "image"),
            header[1].withoutASCIISpace.equalsBytes(of: "labels")
        else {
            throw Invalid(path: path, problems: ["line 1: the header must be image,labels"])
        }
        var problems: [String] = []
        var lines: [Line] = []
        var lineByStem: [ByteKey: Int] = [:]
        for line in rows.dropFirst() {
            let (row, number) = (line.fields, line.line)
            let name = row[0].shown
            guard row.count == 2, !row[0].isEmpty else {
                if row.allSatisfy(\.isEmpty) { continue }
                problems.append("line \(number): needs an image and its labels, has \(row.count) fields")
                continue
            }
            let isNegative = row[1].withoutASCIISpace.isEmpty
            let labels = isNegative ? [] : row[1].split(onByte: ";").map { String($0.withoutASCIISpace) }
            if labels.contains(where: \.isEmpty) { problems.append("line \(number): \(name) has an empty label") }
            if Set(labels.map(ByteKey.init)).count != labels.count {
                problems.append("line \(number): \(name) has a label twice")
            }
            if labels.contains(where: { $0.utf8.count > NameRule.maximumLabelBytes }) {
                problems.append(
                    "line \(number): \(name) has a label of more than \(NameRule.maximumLabelBytes) bytes")
            }
            if let fault = RelativePath.fault(in: RelativePath.normalised(row[0])) {
                problems.append("line \(number): \(name) \(fault)")
                continue
            }
            let stem = ByteKey(ImageName.listed(row[0]))
            if let first = lineByStem[stem] {
                let other = lines[first]
                let spelling = other.image.equalsBytes(of: row[0]) ? "" : ", as \(other.image.shown)"
                problems.append("line \(number): \(name) is there already, in line \(other.number)\(spelling)")
                continue
            }
            lineByStem[stem] = lines.count
            lines.append(Line(image: row[0], labels: labels, number: number))
        }
        return (LabelsFile(lines: lines, lineByStem: lineByStem), problems)
    }

    /// Labels of an image; nil when the file has no line that names it so. `LabelMatch` also knows lines by bare names.
    /// - Parameter image: path relative to the directory of the images, with or without an image's extension.
    public func labels(of image: String) -> [String]? {
        lineByStem[ByteKey(ImageName.listed(image))].map { lines[$0].labels }
    }
}
