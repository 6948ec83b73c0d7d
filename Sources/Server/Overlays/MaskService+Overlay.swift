import Engine
import Foundation
import Store

/// An overlay, ready to be sent.
enum OverlayAnswer: Sendable {
    /// In the store, of so many bytes.
    case stored(length: Int)
    /// Not kept: the store has no room for it, or cannot be written.
    case drawn(Data)
}

extension MaskService {
    /// The overlay of a mask: looked up, else drawn in the engine's process and kept.
    func overlay(
        _ key: OverlayKey, for client: ClientIdentity,
        completion: @escaping @Sendable (Result<OverlayAnswer, any Error>) -> Void
    ) {
        perform(on: reads, for: client, completion) { [self] in
            guard try store.mask(key.mask, for: client.tenant) != nil else { throw MaskService.unknownMask }
            if let length = try store.overlayLength(key) { return completion(.success(.stored(length: length))) }
            perform(on: inference, for: client, completion) { [self] in
                completion(.success(try draw(key, for: client.tenant)))
            }
        }
    }

    private func draw(_ key: OverlayKey, for tenant: Tenant) throws -> OverlayAnswer {
        // It may have been drawn, and the mask evicted, while this request waited.
        if let length = try store.overlayLength(key) { return .stored(length: length) }
        guard let mask = try store.mask(key.mask, for: tenant), let image = try store.image(mask.imageSHA256) else {
            throw MaskService.unknownMask
        }
        let png = try draw(mask, image, as: key)
        do {
            return try store.insertOverlay(png, as: key) ? .stored(length: png.count) : .drawn(png)
        } catch {
            logger.warning("an overlay is not kept: \(error)")
            return .drawn(png)
        }
    }

    private func draw(_ mask: MaskRecord, _ image: Data, as key: OverlayKey) throws -> Data {
        // Any model's engine: drawing takes none.
        let engine = models.current.engine
        do {
            return try retryingDeaths("the overlay of an image of \(image.count) bytes") { isolated in
                try engine.overlay(
                    OverlayTask(
                        image: image, maskPNG: mask.maskPNG, width: key.width, outline: key.outline,
                        isolated: isolated))
            }
        } catch let error as ImageError {
            logger.error("mask \(mask.id) or its image in the store cannot be decoded: \(error)")
            throw Problem(
                .internalServerError, "The server could not read the stored mask or its image; its log has the reason.")
        }
    }
}
