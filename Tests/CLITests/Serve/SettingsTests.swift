import Foundation
import Server
import TestSupport
import Testing

@testable import CLI

/// Options from the environment and from a file.
@Suite struct SettingsTests {
    private let options: CommandOptions
    private let directory: TemporaryDirectory

    init() throws {
        options = try CommandOptions(of: Serve.self)
        directory = try TemporaryDirectory()
    }

    private func arguments(_ commandLine: [String], _ environment: [String: String] = [:]) throws -> [String] {
        try Settings(commandLine: commandLine, environment: environment, options: options).arguments
    }

    @Test func environment_replacesTheFile_andTheCommandLineBoth() throws {
        let file = try directory.write("port = 1\nqueue = 2\nthreads = 3\n", "serve.conf")
        let environment = ["PSEUDOLABEL_QUEUE": "20", "PSEUDOLABEL_THREADS": "30", "PSEUDOLABEL_CONFIG": file]
        let command = try Serve.parse(try arguments(["--threads", "200"], environment))
        #expect(command.port == 1 && command.queue == 20 && command.threads.threads == 200)
        // A file named on the command line is read instead of the environment's.
        let other = try directory.write("port = 4", "other.conf")
        #expect(try Serve.parse(try arguments(["--config", other], environment)).port == 4)
        #expect(try Serve.parse(try arguments(["--config=\(other)", "--port=5"], environment)).port == 5)
    }

    @Test func file_hasComments_emptyLines_andAnyValue() throws {
        let text = """
            # about the port
              port=9   # here too

            data-dir = /tmp/a #1 = b#2
            model = -odd name
            """
        let settings = try SettingsFile.parse(text, name: "f", options: options)
        #expect(
            settings == [
                Setting(option: "port", value: "9", origin: "f, line 2"),
                Setting(option: "data-dir", value: "/tmp/a", origin: "f, line 4"),
                Setting(option: "model", value: "-odd name", origin: "f, line 5"),
            ])
        let file = try directory.write(text, "serve.conf")
        #expect(try Serve.parse(try arguments(["--config", file])).model.file == "-odd name")
    }

    @Test(arguments: [
        ("port = 1\nprot = 2", "line 2", "\"prot\""), ("port", "line 1", "name = value"),
        ("port = 1\n\nport = 2", "line 3", "line 1"), ("help = true", "line 1", "help"),
        ("config = x", "line 1", "config"),
    ])
    func fileThatIsWrong_isRefusedByLine(_ text: String, _ line: String, _ reason: String) throws {
        let file = try directory.write(text, "serve.conf")
        let result = try pseudolabel("serve", "--config", file)
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.errors.contains("\(file), \(line)") && result.errors.contains(reason), "\(result.errors)")
    }

    @Test func fileThatIsMissing_isRefusedByName() throws {
        let result = try pseudolabel("serve", "--config", directory.path("none"))
        #expect(result.status == 1 && result.errors.contains(directory.path("none")))
    }

    @Test func wrongValue_isRefusedAndItsOriginNamed() throws {
        let file = try directory.write("\nqueue = 0", "serve.conf")
        let fromFile = try pseudolabel("serve", "--config", file)
        #expect(fromFile.status == 64)
        #expect(fromFile.errors.contains("--queue must be") && fromFile.errors.contains("\(file), line 2"))
        let binary = try Binary.path()
        let process = try RunningProcess(["env", "PSEUDOLABEL_PORT=x", "PSEUDOLABEL_FOO=1", binary, "serve"])
        #expect(try process.wait() == .exited(64))
        #expect(process.errors.text.contains("--port comes from PSEUDOLABEL_PORT"))
        #expect(process.errors.text.contains("PSEUDOLABEL_FOO is no option"))
    }

    @Test func variablesThatAreNoOptions_areReported_butTheEnginesAreNot() throws {
        let environment = ["PSEUDOLABEL_KERNELS": "avx2", "PSEUDOLABEL_X": "1", "PSEUDOLABEL_PORT": "", "PATH": "/"]
        let settings = try Settings(commandLine: [], environment: environment, options: options)
        #expect(settings.unknownVariables == ["PSEUDOLABEL_X"] && settings.arguments == [])
    }

    @Test func help_isGivenWhateverTheSettingsAre() throws {
        #expect(try arguments(["--help"], ["PSEUDOLABEL_CONFIG": "/nonexistent"]) == ["--help"])
    }

    @Test func theServer_takesItsOptionsFromTheEnvironment() throws {
        let server = try ServerProcess(
            dataDirectory: directory.path("data"), launcher: ["env", "PSEUDOLABEL_MAXIMUM_PIXELS=8399"])
        #expect(try server.client().postMask().status == 413)
    }
}
