import ArgumentParser
import Text

extension TextEncoding: ExpressibleByArgument {
    public init?(argument: String) { self.init(name: argument) }

    /// Of an option for a labels file.
    static let help: ArgumentHelp = """
        Encoding of the labels file: utf-8, utf-16le, utf-16be, latin-1 or windows-1252. A byte order mark goes before \
        it. Default: utf-8.
        """
}
