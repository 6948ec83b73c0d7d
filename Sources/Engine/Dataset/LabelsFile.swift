import Foundation
import Text

/// Image-level labels of a data set: a CSV file with the columns `image` and `labels`, separated by commas, semicolons or
/// tabs as its header is; further columns are left alone. The names of one image are a `LabelList`. An empty field of
/// labels is an image without any of the classes.
public struct LabelsFile: Sendable, Equatable {
    public struct Line: Sendable, Equatable {
        /// As written in the file: a path relative to the directory of the images, with or without an image's extension.
        public let image: String
        /// The field of labels as written, for those who know the classes.
        public let text: String
        /// None empty, none twice. No label at all says that the image has none of the classes: it is a negative, not
        /// an image of which nothing is known.
        public let labels: [String]
        /// Line number in the file, the first being 1.
        public let number: Int
    }

    public let lines: [Line]
    /// What stands between the fields.
    public let separator: UInt8
    /// By `ImageName.listed`.
    private let lineByStem: [ByteKey: Int]

    /// All that is wrong with a file, line by line.
    public struct Invalid: Error, Equatable, CustomStringConvertible {
        public let path: String
        /// The first of them.
        public let problems: [String]
        /// How many there are.
        public let count: Int
        public var description: String {
            let more = count > problems.count ? ["and \(count - problems.count) more"] : []
            return (["\(path): \(count) problem\(count == 1 ? "" : "s") in the labels file"] + problems + more)
                .joined(separator: "\n  ")
        }

        init(path: String, _ problem: String) { (self.path, problems, count) = (path, [problem], 1) }

        init(path: String, _ list: ProblemList) { (self.path, problems, count) = (path, list.told, list.count) }
    }

    /// - Parameters:
    ///   - path: a file, or any stream: it is read once.
    ///   - encoding: of a file without a byte order mark; nil is UTF-8.
    public init(contentsOf path: String, encoding: TextEncoding? = nil) throws {
        let (file, problems) = try LabelsFile.reading(contentsOf: path, encoding: encoding)
        guard problems.isEmpty else { throw Invalid(path: path, problems) }
        self = file
    }

    /// What can be read of a file, and all that is wrong with its lines: for those who look for more problems first.
    /// - Throws: `Invalid` for a file that is no labels file at all.
    public static func reading(
        contentsOf path: String, encoding: TextEncoding? = nil
    ) throws(Invalid) -> (file: LabelsFile, problems: ProblemList) {
        let text: String
        do throws(TextFile.Unreadable) {
            text = try TextFile.read(
                path, encoding: encoding,
                cure: "save it as UTF-8, or give its encoding, such as --encoding windows-1252")
        } catch {
            throw Invalid(path: path, error.description)
        }
        return try reading(text: text, path: path)
    }

    init(text: String, path: String) throws {
        let (file, problems) = try LabelsFile.reading(text: text, path: path)
        guard problems.isEmpty else { throw Invalid(path: path, problems) }
        self = file
    }

    private init(lines: [Line], separator: UInt8, lineByStem: [ByteKey: Int]) {
        self.lines = lines
        self.separator = separator
        self.lineByStem = lineByStem
    }

    static func reading(text: String, path: String) throws(Invalid) -> (file: LabelsFile, problems: ProblemList) {
        let text = text.withoutByteOrderMark
        let header: LabelsHeader
        do throws(LabelsHeader.Fault) {
            header = try LabelsHeader(of: text)
        } catch {
            throw Invalid(path: path, error.description)
        }
        var problems = ProblemList()
        var lines: [Line] = []
        var lineByStem: [ByteKey: Int] = [:]
        for row in CSVRows(text, separator: header.separator).rows.dropFirst() {
            // What spreadsheets leave below a table.
            if row.fault == nil, row.fields.allSatisfy(\.isEmpty) { continue }
            let line: Line
            do throws(LineFault) {
                line = try Line(row, header)
            } catch {
                problems.add("line \(row.line): \(error)")
                continue
            }
            if let fault = RelativePath.fault(in: RelativePath.normalised(line.image)) {
                problems.add("line \(row.line): \(line.image.shown) \(fault)")
                continue
            }
            let stem = ByteKey(ImageName.listed(line.image))
            if let first = lineByStem[stem] {
                let other = lines[first]
                let spelling = other.image.equalsBytes(of: line.image) ? "" : ", as \(other.image.shown)"
                problems.add(
                    "line \(row.line): \(line.image.shown) is there already, in line \(other.number)\(spelling)")
                continue
            }
            lineByStem[stem] = lines.count
            lines.append(line)
        }
        return (LabelsFile(lines: lines, separator: header.separator, lineByStem: lineByStem), problems)
    }

    /// The line that names an image so; nil when the file has none. `LabelMatch` also knows lines by bare names.
    /// - Parameter image: path relative to the directory of the images, with or without an image's extension.
    public func line(of image: String) -> Line? { lineByStem[ByteKey(ImageName.listed(image))].map { lines[$0] } }

    /// Labels of an image; nil when the file has no line that names it so.
    public func labels(of image: String) -> [String]? { line(of: image)?.labels }
}
