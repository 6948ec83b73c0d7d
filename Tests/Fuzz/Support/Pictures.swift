import Foundation

@testable import Engine

/// Few pixels, so that one run is quick and a picture that claims more is common.
let maximumPixels = 1 << 14

/// What holds for any bytes that the image decoder is given.
/// - Returns: whether they are a picture.
@discardableResult
func checkDecoding(_ bytes: Data) -> Bool {
    let decoder = ImageDecoder(maximumPixels: maximumPixels)
    let size = try? decoder.dimensions(of: bytes)
    if let size {
        require(size.width > 0 && size.height > 0, "the size is \(size)")
        require(size.width * size.height <= maximumPixels, "\(size) is over the limit")
    }
    guard let image = try? decoder.decode(bytes) else { return false }
    require(size.map { $0 == (image.width, image.height) } ?? false, "the header has another size")
    require(image.pixels.count == image.width * image.height * 3, "\(image.pixels.count) bytes of pixels")
    // Nothing is left over of what was in memory before: the same bytes are the same picture.
    require((try? decoder.decode(bytes)) == image, "decoded again it is another picture")
    return true
}
