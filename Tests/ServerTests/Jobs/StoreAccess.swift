@testable import Store

extension Store {
    /// Runs SQL on the connection that writes.
    func execute(_ sql: String) throws { try connections.write { try $0.execute(sql: sql) } }

    /// Keeps everybody else from writing while `body` runs.
    func holdingTheWriter(_ body: () throws -> Void) throws { try connections.write { _ in try body() } }

    func imagePath(_ digest: ContentDigest) -> String { imageFiles.path(of: digest) }

    // What tests that are not about tenants call.
    func job(_ id: JobID) throws -> JobRecord? { try job(id, for: .everybody) }
    func mask(_ id: MaskID) throws -> MaskRecord? { try mask(id, for: .everybody) }
}
