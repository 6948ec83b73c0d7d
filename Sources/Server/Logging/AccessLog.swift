import Logging

/// One line for each request answered.
public struct AccessLog: Sendable {
    private let logger: Logger

    public init(_ logger: Logger) { self.logger = logger }

    public func record(_ exchange: Exchange) {
        logger.info(
            "request",
            metadata: [
                "request_id": "\(exchange.requestID)", "method": "\(exchange.method?.rawValue ?? "-")",
                "path": "\(exchange.path ?? "-")", "route": "\(exchange.route ?? "-")",
                "status": .stringConvertible(exchange.status.code),
                "milliseconds": .stringConvertible(Int((exchange.duration / .milliseconds(1)).rounded())),
                "complete": .stringConvertible(exchange.isComplete), "address": "\(exchange.client.address ?? "-")",
                "token": "\(exchange.client.token ?? "-")",
            ])
    }
}
