import Foundation
import Text

/// A file of options: lines `name = value`. A `#` at the beginning of a line or after a space starts a comment.
enum SettingsFile {
    /// - Throws: an error that names the file, the line and what is wrong with it.
    static func settings(_ path: String, options: CommandOptions) throws -> [Setting] {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw SettingsError("--config \(path) cannot be read: \(FileFault.words(of: error))")
        }
        return try parse(text, name: path, options: options)
    }

    static func parse(_ text: String, name: String, options: CommandOptions) throws -> [Setting] {
        var settings: [Setting] = []
        for (index, line) in text.withoutByteOrderMark.lines.enumerated() {
            let origin = "\(name), line \(index + 1)"
            let content = withoutComment(line)
            guard !content.isEmpty else { continue }
            guard let (before, after) = content.halves(atByte: "=") else {
                throw SettingsError("\(origin): \"\(content.shown)\" is not of the form name = value")
            }
            let key = before.trimmed
            // Options are named in ASCII; what is not may take long to look up.
            guard key.isASCII, let option = options.all[key], key != Settings.fileOption else {
                throw SettingsError("\(origin): there is no option \"\(key.shown)\"; pseudolabel serve --help has all")
            }
            if !option.isRepeating, let first = settings.first(where: { $0.option == key }) {
                throw SettingsError("\(origin): \(key) is given already in \(first.origin)")
            }
            let value = after.trimmed
            settings.append(Setting(option: key, value: value, origin: origin))
        }
        return settings
    }

    private static func withoutComment(_ line: Substring) -> String {
        var isAfterSpace = true
        let content = line.unicodeScalars.prefix { scalar in
            defer { isAfterSpace = scalar.properties.isWhitespace }
            return !(scalar == "#" && isAfterSpace)
        }
        return Substring(content).trimmed
    }
}
