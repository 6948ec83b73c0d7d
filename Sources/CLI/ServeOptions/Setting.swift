import Foundation
import Text

/// One value of an option, given in the environment or in a file.
struct Setting: Equatable {
    /// The option's name, without the dashes.
    let option: String
    let value: String
    /// Where it stands, for messages: `PSEUDOLABEL_PORT`, or file and line.
    let origin: String

    /// As it would be written on the command line. A flag that is off is left out.
    func arguments(_ option: CommandOptions.Option) throws -> [String] {
        guard option.isFlag else {
            let values = option.isRepeating ? value.split(onByte: ",", omittingEmpty: true).map { $0.trimmed } : [value]
            return values.map { "--\(self.option)=\($0)" }
        }
        let lowercase = value.lowercased()
        if lowercase.isOne(of: ["true", "1", "yes"]) { return ["--\(self.option)"] }
        guard lowercase.isOne(of: ["false", "0", "no"]) else {
            throw SettingsError("\(origin): \(self.option) must be true or false, is \"\(value.shown)\"")
        }
        return []
    }
}

/// Why a setting cannot be used, and where it stands.
struct SettingsError: Error, Equatable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
