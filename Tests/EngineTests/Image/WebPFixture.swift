import Foundation

/// Small WebP files made with Pillow 13 (libwebp 1.6).
enum WebPFixture: String, CaseIterable {
    /// The six blocks of `JPEGFixture.colors`, to the value.
    case lossless
    /// The same blocks; colours bleed over their borders, at half the resolution.
    case lossy
    /// 17 x 5 pixels.
    case gradient
    /// Four pixels of alpha 0, 64, 128 and 255.
    case losslessAlpha
    /// 16 x 8 pixels of one colour, opaque on the left, transparent on the right.
    case lossyAlpha
    /// 8 x 8 pixels, red, then blue.
    case animated

    var bytes: Data { Data(base64Encoded: base64.filter { !$0.isNewline }) ?? Data() }

    typealias Chunk = (name: String, content: [UInt8])

    /// A file of chunks: each padded to an even length, as RIFF wants it.
    static func file(_ chunks: [Chunk]) -> Data {
        var body = Array("WEBP".utf8)
        for chunk in chunks { body += bytes(of: chunk) }
        return Data(bytes(of: ("RIFF", body)))
    }

    static func bytes(of chunk: Chunk) -> [UInt8] {
        var bytes = Array(chunk.name.utf8)
        bytes += littleEndian(chunk.content.count, bytes: 4)
        bytes += chunk.content
        if chunk.content.count % 2 == 1 { bytes.append(0) }
        return bytes
    }

    /// The header of an extended file.
    /// - Parameter flags: 2 animation, 4 XMP, 8 EXIF, 16 alpha.
    static func header(width: Int, height: Int, flags: UInt8) -> Chunk {
        var content: [UInt8] = [flags, 0, 0, 0]
        content += littleEndian(width - 1, bytes: 3)
        content += littleEndian(height - 1, bytes: 3)
        return ("VP8X", content)
    }

    /// The lossless fixture in an extended file with chunks behind its data.
    static func extended(flags: UInt8, _ chunks: [Chunk]) -> Data {
        var all = [header(width: JPEGFixture.width, height: JPEGFixture.height, flags: flags)]
        all.append(("VP8L", lossless.content))
        all += chunks
        return file(all)
    }

    /// What the one chunk of a simple file holds.
    var content: [UInt8] {
        let length = bytes[16..<20].reversed().reduce(0) { $0 << 8 | Int($1) }
        return Array(bytes[20..<20 + length])
    }

    static func littleEndian(_ value: Int, bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private var base64: String {
        switch self {
        case .lossless:
            """
            UklGRlwAAABXRUJQVlA4TFAAAAAvF8ADAC+gGAAaSKJ3MFGFeGyAitq2gUgUYFXU13DsTaRtw4cnaWou7SrnPwDnIIM8/7xiQAjJVlJI
            IYUUUshf6APsRfQ/Dl51q5m7+liYCQ==
            """
        case .lossy:
            """
            UklGRlYAAABXRUJQVlA4IEoAAACQAgCdASoYABAAAAAAJaACdLwJ4B+AH6Af0ACG5gD+53T/+9/v//FPf//9kRx/81lG+Y1//7nL5zi7
            //fTxv//5yZUMKLKVQwAAA==
            """
        case .gradient:
            """
            UklGRoAAAABXRUJQVlA4IHQAAACQBQCdASoRAAUAPjEUiUKiISEYBAAgAwS2AE6ZQjgbwD8QOECIAfwDZANsAAdU22vZAOEjAAD++V/f
            RCSD0k1HePT32yIsf/Eg/jt8EM5+O3wE1Pv8kC3/7wPew6DA3zXRvpRQtxpLsLj4jlcOJ5Cf6AAAAA==
            """
        case .losslessAlpha:
            """
            UklGRjoAAABXRUJQVlA4TC0AAAAvAwAAEB8gICFTMsEyQgKC6P8f2wgEKIoZ/h+zRCCbLLP7SxXaa/0B0JyI/gcA
            """
        case .lossyAlpha:
            """
            UklGRmwAAABXRUJQVlA4WAoAAAAQAAAADwAABwAAQUxQSA8AAAABEBIQ/p+WRD0iJsAkfwAAVlA4IDYAAABQAgCdASoQAAgAAAAAJaAC
            dLoB+AH6AfwAB5AA/u3O3/+SD15PPz/yQj/+1J+vMHK/+0yAAAA=
            """
        case .animated:
            """
            UklGRogAAABXRUJQVlA4WAoAAAACAAAABwAABwAAQU5JTQYAAAAAAAAAAABBTk1GKgAAAAAAAAAAAAcAAAcAAGQAAAJWUDhMEQAAAC8H
            wAEAB1CPIhel/4GI6H8AAEFOTUYqAAAAAAAAAAAABwAABwAAZAAAAFZQOEwRAAAALwfAAQAHUJ6iVLr/gYjofwAA
            """
        }
    }
}
