import ArgumentParser
import Server
import Text

/// Who may use the service.
struct AccessOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Tokens, one of which each request must carry; read again on SIGHUP. See pseudolabel token.",
            valueName: "file"))
    var tokenFile: String?
    @Flag(
        help: ArgumentHelp(
            "Let all tokens see and use what others made; without it each has masks, images and jobs of its own, and "
                + "those of scope admin see all."))
    var shared = false
    @Flag(help: "Serve other machines without tokens: everybody may do everything.")
    var insecure = false
    @Option(
        help: ArgumentHelp(
            "Requests a second of one token or, without tokens, of one address; more are answered 429. Default: any.",
            valueName: "number"))
    var rateLimit: Double?
    @Option(
        help: ArgumentHelp("Requests at once within that rate. Default: those of one second.", valueName: "number"))
    var rateBurst: Int?
    @Option(
        help: ArgumentHelp("Unfinished items that the jobs of one token may have together. Default: any.",
            valueName: "number"))
    var tokenQueue: Int?
    @Option(
        help: ArgumentHelp(
            "Name by which clients address the server, beside localhost and addresses; others are answered 421. May be "
                + "repeated; with --token-file, * allows any. Default: any with --token-file on an address other than "
                + "the loopback's, else none.",
            valueName: "host"))
    var allowHost: [String] = []
    @Option(
        help: ArgumentHelp(
            "Origin whose pages may use the server from a browser (CORS). May be repeated. Default: none.",
            valueName: "origin"))
    var corsOrigin: [String] = []
    @Option(
        help: ArgumentHelp(
            "Proxy whose X-Forwarded-For, -Proto and -Host are believed. May be repeated. Default: none.",
            valueName: "ip[/bits]"))
    var trustedProxy: [String] = []

    func validate() throws {
        if let rateLimit { try require("--rate-limit", rateLimit, in: 0.001...1_000_000) }
        if let rateBurst {
            try require("--rate-burst", rateBurst, in: 1...1_000_000)
            guard rateLimit != nil else { throw ValidationError("--rate-burst needs --rate-limit") }
        }
        if let tokenQueue { try require("--token-queue", tokenQueue, in: 1...1_000_000_000) }
        _ = try hosts(on: "localhost")
        _ = try crossOrigin()
        _ = try proxies()
    }

    /// - Throws: an error when other machines could use the service without a token and nobody said that they may.
    func requireTokens(on host: String) throws {
        guard tokenFile == nil, !insecure, let address = try? SocketAddress(host: host, port: 0), !address.isLoopback
        else { return }
        throw ValidationError(
            "other machines can reach --host \(host): give --token-file FILE (pseudolabel token NAME --file FILE makes "
                + "a token), or --insecure to let everybody do everything")
    }

    func tokens() throws -> TokenTable? { try tokenFile.map { try TokenTable(path: $0) } }

    func gatekeeper(_ router: Router, tokens: TokenTable?, host: String) throws -> Gatekeeper {
        let rate = rateLimit.map { RateLimiter(rate: $0, burst: rateBurst ?? max(1, Int($0.rounded(.up)))) }
        return Gatekeeper(
            router: router, tokens: tokens, rate: rate, hosts: try hosts(on: host),
            crossOrigin: try crossOrigin(), proxies: try proxies(), isShared: shared)
    }

    /// - Returns: nil where any name will do. A page whose name was pointed at the server has no token, so that is only
    ///   where tokens are needed.
    private func hosts(on host: String) throws -> AllowedHosts? {
        if allowHost.contains(where: { $0.equalsBytes(of: "*") }) {
            guard tokenFile != nil else {
                throw ValidationError(
                    "--allow-host * needs --token-file: without tokens, any page could use the service under a name of "
                        + "its own; name the hosts instead")
            }
            return nil
        }
        if allowHost.isEmpty, tokenFile != nil, try !SocketAddress(host: host, port: 0).isLoopback { return nil }
        do {
            return try AllowedHosts(allowHost)
        } catch {
            throw ValidationError("--allow-host: \(error)")
        }
    }

    private func crossOrigin() throws -> CrossOrigin {
        do {
            return try CrossOrigin(corsOrigin)
        } catch {
            throw ValidationError("--cors-origin: \(error)")
        }
    }

    private func proxies() throws -> TrustedProxies {
        TrustedProxies(
            try trustedProxy.map { text in
                guard let network = IPNetwork(text) else {
                    throw ValidationError("--trusted-proxy: \"\(text)\" is not IP or IP/BITS")
                }
                return network
            })
    }
}
