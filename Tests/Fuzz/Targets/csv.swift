import Foundation
import Text

@testable import Engine

// A labels file: its encoding, its header, its rows, and the lists of labels in them; then the same bytes as one list.

private let encodings: [TextEncoding?] = [nil] + TextEncoding.allCases

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCSV(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var decisions = Decisions(bytes)
    let encoding = encodings[decisions.next(below: encodings.count)]
    guard let text = try? TextFile.text(bytes, encoding: encoding) else { return 0 }
    checkRows(text)
    checkList(text)
    guard let (file, problems) = try? LabelsFile.reading(text: text, path: "input") else { return 0 }

    require(problems.told.count == min(problems.count, ProblemList.maximumTold), "\(problems.told.count) are told")
    let lineEnds = text.utf8.count { $0 == 0x0A || $0 == 0x0D }
    var previous = 0
    for line in file.lines {
        require(line.number > previous && line.number <= lineEnds + 1, "line \(line.number) after \(previous)")
        previous = line.number
        require(!line.image.isEmpty, "line \(line.number) has no image")
        checkNames(line.labels)
        require(line.labels.allSatisfy { $0.utf8.count <= NameRule.maximumLabelBytes }, "a label is too long")
        require(file.line(of: line.image) == line, "line \(line.number) is not found by its image")
        require(line.candidates.isEmpty == line.labels.isEmpty, "line \(line.number) is sent as another")
        // Those who are sent the candidates make the same of them.
        require(
            (try? LabelList.names(inArray: line.candidates)) == line.labels, "line \(line.number) is read otherwise")
    }
    return 0
}

/// Rows that are written again, every field quoted, are read as the same.
private func checkRows(_ text: String) {
    for separator in [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")] {
        let rows = CSVRows(text, separator: separator).rows.filter { $0.fault == nil }
        let between = String(decoding: [separator], as: UTF8.self)
        let again = rows.map { row in
            row.fields.map(quoted).joined(separator: between) + "\n"
        }.joined()
        let read = CSVRows(again, separator: separator).rows
        require(read.allSatisfy { $0.fault == nil }, "what was written has a fault")
        require(
            read.map { $0.fields.map { ByteKey($0) } } == rows.map { $0.fields.map { ByteKey($0) } },
            "what was written is read otherwise")
    }
}

private func quoted(_ field: String) -> String {
    let mark = UInt8(ascii: "\"")
    return "\"" + String(decoding: field.utf8.flatMap { $0 == mark ? [mark, mark] : [$0] }, as: UTF8.self) + "\""
}

private func checkList(_ text: String) {
    // A list that is a class as a whole is not taken apart.
    if text.utf8.contains(where: LabelList.isSeparator) {
        let whole = try? LabelList.names(in: [text], whole: WholeNames(of: [text]))
        require(whole.map { $0.map { ByteKey($0) } } == [ByteKey(text)], "a class is taken apart")
    }
    if let names = try? LabelList.names(in: [text]) { checkNames(names) }
}

private func checkNames(_ names: [String]) {
    require(Set(names.map { ByteKey($0) }).count == names.count, "a name is there twice")
    require(names.allSatisfy { !$0.isEmpty }, "a name is empty")
}
