import ArgumentParser
import CTrust
import Foundation
import FoundationNetworking
import Synchronization
import Text

/// Blocking HTTP calls, for threads of one's own. Foundation's URLSession (libcurl underneath) does the work, https
/// included; cookies, caches and stored credentials are off.
final class HTTPClient: Sendable {
    struct Request: Sendable {
        let method: String
        let url: URL
        var fields: [String: String] = [:]
        var body: Data?
        /// Seconds without a byte in either direction after which the call fails.
        var patience = 60.0
    }

    struct Answer: Sendable {
        let status: Int
        /// Names in lower case.
        let fields: [String: String]
        let body: Data
    }

    /// There was no answer, or not all of one.
    struct Failure: Error, CustomStringConvertible {
        let description: String
        /// What somebody has to mend first; nil where it may mend itself.
        var cure: String?
    }

    /// An upload or an answer slower than this many bytes a second, over the request's patience, is given up.
    private static let slowestRate = 4096.0
    /// Seconds beside those that the size allows: an answer that drips forever ends.
    private static let longestAnswer = 3600.0

    private let session: URLSession
    private let delegate = Delegate()
    private let running = Mutex<(tasks: [Int: URLSessionTask], isClosed: Bool)>(([:], false))

    /// - Parameter connections: most at one time.
    init(connections: Int) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpMaximumConnectionsPerHost = connections
        configuration.httpCookieStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        session = URLSession(configuration: configuration, delegate: delegate, delegateQueue: nil)
    }

    /// Makes this process trust the authorities in a file, and no others. To be called before the first call.
    /// - Parameter path: PEM.
    static func trust(only path: String) throws {
        let text: Data
        do {
            text = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ValidationError("--cacert \(path): \(FileFault.words(of: error))")
        }
        guard text.range(of: Data("-----BEGIN CERTIFICATE-----".utf8)) != nil else {
            throw ValidationError(
                "--cacert \(path): holds no certificate in PEM, which -----BEGIN CERTIFICATE----- begins")
        }
        guard trust_only(URL(fileURLWithPath: path).path) else {
            throw ValidationError("--cacert: the path is too long")
        }
    }

    /// Ends all calls, those to come included: they fail.
    func close() {
        let tasks = running.withLock { running in
            running.isClosed = true
            return Array(running.tasks.values)
        }
        tasks.forEach { $0.cancel() }
    }

    /// - Returns: whatever the server answered, redirections included: none is followed, so that a token never reaches
    ///   another host.
    /// - Throws: `Failure`.
    func send(_ request: Request) throws -> Answer {
        try perform(request) { [session] request, finish in
            session.dataTask(with: request) { finish($0 ?? Data(), $1, $2) }
        }
    }

    /// As `send`, with the body of a 200 in a file instead of memory: one file of that name is replaced.
    func download(_ request: Request, to file: URL) throws -> Answer {
        try perform(request) { [session] request, finish in
            session.downloadTask(with: request) { location, response, error in
                guard let location, error == nil else { return finish(Data(), response, error) }
                do {
                    guard (response as? HTTPURLResponse)?.statusCode == 200 else {
                        return finish(try Data(contentsOf: location), response, nil)
                    }
                    try? FileManager.default.removeItem(at: file)
                    try FileManager.default.moveItem(at: location, to: file)
                    finish(Data(), response, nil)
                } catch {
                    finish(Data(), response, error)
                }
            }
        }
    }

    private typealias Finish = @Sendable (Data, URLResponse?, (any Error)?) -> Void

    private func perform(
        _ request: Request, _ makeTask: (URLRequest, @escaping Finish) -> URLSessionTask
    ) throws -> Answer {
        var wanted = URLRequest(url: request.url)
        wanted.httpMethod = request.method
        wanted.timeoutInterval = request.patience
        wanted.httpBody = request.body
        // The bytes as they are: their number is compared with Content-Length.
        wanted.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        wanted.setValue("pseudolabel", forHTTPHeaderField: "User-Agent")
        for (name, value) in request.fields { wanted.setValue(value, forHTTPHeaderField: name) }

        let isDone = DispatchSemaphore(value: 0)
        let outcome = Mutex<Result<Answer, Failure>?>(nil)
        let task = makeTask(wanted) { body, response, error in
            outcome.withLock { $0 = HTTPClient.result(body, response, error) }
            isDone.signal()
        }
        let isClosed = running.withLock { running in
            if !running.isClosed { running.tasks[task.taskIdentifier] = task }
            return running.isClosed
        }
        guard !isClosed else { throw Failure(description: "the call was stopped") }
        defer { running.withLock { _ = $0.tasks.removeValue(forKey: task.taskIdentifier) } }
        task.resume()
        let seconds =
            request.patience + HTTPClient.longestAnswer + Double(request.body?.count ?? 0) / HTTPClient.slowestRate
        guard isDone.wait(timeout: .now() + seconds) == .success, let result = outcome.withLock({ $0 }) else {
            task.cancel()
            throw Failure(description: "no whole answer within \(Int(seconds)) s")
        }
        if delegate.refused.withLock({ $0.remove(task.taskIdentifier) }) != nil {
            return Answer(status: 401, fields: [:], body: Data())
        }
        return try result.get()
    }

    private static func result(
        _ body: Data, _ response: URLResponse?, _ error: (any Error)?
    ) -> Result<Answer, Failure> {
        if let error { return .failure(failure(error)) }
        guard let response = response as? HTTPURLResponse else {
            return .failure(Failure(description: "the answer is not HTTP"))
        }
        var fields: [String: String] = [:]
        for (name, value) in response.allHeaderFields {
            fields["\(name)".lowercased()] = "\(value)"
        }
        return .success(Answer(status: response.statusCode, fields: fields, body: body))
    }

    private static func failure(_ error: any Error) -> Failure {
        let text = text(error)
        if (error as NSError).domain == NSURLErrorDomain, (error as NSError).code == NSURLErrorCannotFindHost {
            return Failure(description: text, cure: "check the host name of --server")
        }
        // Foundation has no code for libcurl's errors of TLS; the texts are libcurl's and OpenSSL's.
        if text.containsBytes(of: "certificate") {
            return Failure(
                description: text,
                cure:
                    "check the host name of --server; where its certificate is from an authority of your own, give that "
                    + "with --cacert FILE")
        }
        if text.containsBytes(of: "wrong version number") {
            return Failure(
                description: text, cure: "there is no https at that port; give --server as http://, or another port")
        }
        return Failure(description: text)
    }

    /// What libcurl says, where it says something: the error's own description is "The operation could not be completed".
    private static func text(_ error: any Error) -> String {
        let error = error as NSError
        if error.domain == NSURLErrorDomain {
            switch error.code {
            case NSURLErrorTimedOut: return "no answer in time"
            case NSURLErrorCancelled: return "the call was stopped"
            default: break
            }
            // Where libcurl says nothing Foundation puts the number into a sentence.
            let said = error.userInfo[NSLocalizedDescriptionKey] as? String
            guard let said, !said.containsBytes(of: "NSURLErrorDomain") else { return words(error.code) }
            return said.shown
        }
        return FileFault.words(of: error)
    }

    /// Of an error of URLSession that has no text of its own.
    private static func words(_ code: Int) -> String {
        switch code {
        case NSURLErrorBadURL, NSURLErrorUnsupportedURL: "the address is not one that can be contacted"
        case NSURLErrorCannotFindHost, NSURLErrorDNSLookupFailed: "the host name is not known"
        case NSURLErrorCannotConnectToHost: "no connection can be made"
        case NSURLErrorNetworkConnectionLost: "the connection ended before the answer did"
        case NSURLErrorBadServerResponse, NSURLErrorCannotParseResponse: "the answer is not HTTP"
        case NSURLErrorSecureConnectionFailed: "no encrypted connection can be made"
        default: "the call failed (URLSession's code \(code))"
        }
    }

    /// Answers pass through as they are.
    private final class Delegate: NSObject, URLSessionTaskDelegate {
        func urlSession(
            _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
            newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
        ) {
            completionHandler(nil)
        }

        /// Tasks that were answered 401 with a demand for a password.
        let refused = Mutex<Set<Int>>([])

        /// A demand that is not answered here never comes back as the 401 that it is; rejected, it comes as an error.
        func urlSession(
            _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
            completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
        ) {
            refused.withLock { _ = $0.insert(task.taskIdentifier) }
            completionHandler(.rejectProtectionSpace, nil)
        }
    }
}
