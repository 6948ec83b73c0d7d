@testable import Store

extension Store {
    /// Runs SQL on the connection that writes.
    func execute(_ sql: String) throws { try connections.write { try $0.execute(sql: sql) } }

    func imagePath(_ digest: ContentDigest) -> String { imageFiles.path(of: digest) }
}
