import Engine
import Foundation
import Text

/// Options given outside the command line, made into arguments in front of the real ones, so that the parser alone
/// says what they mean. The order is file, environment, command line; what comes later replaces what came before.
struct Settings {
    static let fileOption = "config"
    static let prefix = "PSEUDOLABEL_"
    /// Variables of the same prefix that are no options.
    static let otherVariables: Set = [VectorKernels.variable]

    /// All arguments, those of the command line last.
    private(set) var arguments: [String]
    /// Where the arguments that are not of the command line come from.
    private(set) var used: [Setting] = []
    /// Variables that look like options and are none.
    let unknownVariables: [String]

    /// - Parameter commandLine: without the command's name.
    init(commandLine: [String], environment: [String: String], options: CommandOptions) throws {
        let fromEnvironment = environment
            .filter { $0.key.startsWithBytes(of: Self.prefix) && $0.key.isASCII && !$0.value.isEmpty }
            .sorted { $0.key < $1.key }
            .map { Setting(option: Self.option(variable: $0.key), value: $0.value, origin: $0.key) }
        unknownVariables = fromEnvironment.filter { options.all[$0.option] == nil }.map(\.origin)
            .filter { !Self.otherVariables.contains($0) }
        arguments = commandLine
        // Who asks for help gets it, whatever the settings are.
        guard !commandLine.contains(where: { $0.isOne(of: ["--help", "-h"]) }) else { return }

        var layers = [fromEnvironment.filter { options.all[$0.option] != nil && $0.option != Self.fileOption }]
        let file = Self.file(commandLine) ?? environment[Self.variable(option: Self.fileOption)] ?? ""
        if !file.isEmpty { layers.insert(try SettingsFile.settings(file, options: options), at: 0) }
        var replaced = Set(options.all.keys.filter { Self.isGiven($0, in: commandLine) })
        var front: [String] = []
        for layer in layers.reversed() {
            let settings = layer.filter { !replaced.contains($0.option) }
            replaced.formUnion(settings.map(\.option))
            used += settings
            for setting in settings {
                if let option = options.all[setting.option] { front += try setting.arguments(option) }
            }
        }
        arguments = front + commandLine
    }

    /// Where the options named in a message come from, for those that the user did not type.
    func origins(in message: String) -> [String] {
        used.filter { setting in
            message.containsBytes(of: "--\(setting.option) ") || message.containsBytes(of: "--\(setting.option)'")
        }.map { "--\($0.option) comes from \($0.origin)" }
    }

    /// `store-limit` as `PSEUDOLABEL_STORE_LIMIT`.
    static func variable(option: String) -> String {
        prefix + option.uppercased().replacingOccurrences(of: "-", with: "_")
    }

    private static func option(variable: String) -> String {
        variable.dropFirst(prefix.count).lowercased().replacingOccurrences(of: "_", with: "-")
    }

    private static func isGiven(_ option: String, in commandLine: [String]) -> Bool {
        commandLine.contains { $0.equalsBytes(of: "--\(option)") || $0.startsWithBytes(of: "--\(option)=") }
    }

    private static func file(_ commandLine: [String]) -> String? {
        let name = "--\(fileOption)"
        for (index, argument) in commandLine.enumerated() {
            if argument.startsWithBytes(of: name + "=") {
                return String(decoding: argument.utf8.dropFirst(name.utf8.count + 1), as: UTF8.self)
            }
            if argument.equalsBytes(of: name), index + 1 < commandLine.count { return commandLine[index + 1] }
        }
        return nil
    }
}
