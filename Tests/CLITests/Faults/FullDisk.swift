import Foundation

/// A file system in memory, of a few megabytes. Unmounted when it is released.
final class SmallDisk {
    private let directory: TemporaryDirectory
    /// A directory on it.
    let data: String
    private var filler: String { directory.path("disk/filler") }

    /// - Returns: nil where this process may not mount.
    init?(megabytes: Int) throws {
        directory = try TemporaryDirectory()
        data = directory.path("disk/data")
        let root = directory.path("disk")
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        guard mount("none", root, "tmpfs", 0, "size=\(megabytes)m") == 0 else { return nil }
    }

    deinit { umount2(directory.path("disk"), Int32(MNT_DETACH)) }

    /// Leaves no byte free.
    func fill() {
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(descriptor) }
        let zeros = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, zeros, zeros.count) > 0 {}
    }

    func free() { unlink(filler) }
}
