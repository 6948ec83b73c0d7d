import ArgumentParser
import Foundation
import Server

/// Makes one call for the server, in a process of its own (see `WebhookProcess`). Not for people.
struct Deliver: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a call for the server.", shouldDisplay: false)

    /// Seconds after which the process is ended, whatever the other side does.
    private static let patience: UInt32 = 60

    func run() throws {
        alarm(Deliver.patience)
        guard let line = readLine(), let call = try? JSONDecoder().decode(WebhookCall.self, from: Data(line.utf8)),
            let url = URL(string: call.url)
        else { throw ValidationError("this command is the server's own; it reads a call from standard input") }
        let request = HTTPClient.Request(method: "POST", url: url, fields: call.fields, body: call.body, patience: 20)
        do {
            let answer = try HTTPClient(connections: 1).send(request)
            Terminal.result(
                (200..<300).contains(answer.status) ? WebhookProcess.success : "answered with status \(answer.status)")
        } catch {
            Terminal.result("\(error)")
        }
    }
}
