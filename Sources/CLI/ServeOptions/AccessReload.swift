import Dispatch
import Foundation
import Logging
import Server

enum AccessReload {
    /// Reads the token file again on SIGHUP; where it is wrong the tokens stay as they are.
    static func onHangUp(_ tokens: TokenTable, logger: Logger) -> SignalWatcher {
        SignalWatcher([SIGHUP], queue: DispatchQueue(label: "tokens")) { _ in
            do {
                try tokens.reload()
                logger.info("tokens: \(tokens.count), read again")
            } catch {
                logger.error("the tokens stay as they were: \(error)")
            }
        }
    }
}
