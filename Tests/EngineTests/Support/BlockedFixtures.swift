@testable import Engine

/// Channel-blocked maps from planes [channels, height, width], and back.
enum BlockedFixtures {
    /// Of this processor.
    static let kernelSets = ["baseline", "avx2", "avx512"].compactMap(BlockedKernels.init(named:))

    static func planes(_ map: BlockedMap, channels: Int, kernels: BlockedKernels) -> [Float] {
        let planes = FloatBuffer(count: channels * map.size.count)
        map.copy(pixels: 0..<map.size.count, to: planes.pointer, channels: channels, kernels: kernels)
        return planes.values(planes.count)
    }

    static func fill(_ map: BlockedMap, _ planes: [Float], channels: Int) {
        planes.withUnsafeBufferPointer { source in
            map.fill(
                from: source.baseAddress!, channels: channels,
                member: LayerMember(index: 0, count: 1, scratch: map.pointer))
        }
    }

    /// Planes into rows between zero pixels.
    static func padded(_ planes: [Float], channels: Int, _ geometry: RingGeometry, blocks: Int) -> FloatBuffer {
        let buffer = FloatBuffer(count: blocks * geometry.block)
        let (size, lanes) = (geometry.input, geometry.lanes)
        for channel in 0..<channels {
            for y in 0..<size.height {
                let row =
                    buffer.pointer + channel / lanes * geometry.block + geometry.offset(ofRow: y) + channel % lanes
                for x in 0..<size.width { row[x * lanes] = planes[channel * size.count + y * size.width + x] }
            }
        }
        return buffer
    }

    /// Holds one block more than a layer may write, of 77.
    static func output(channels: Int, size: MapSize, kernels: BlockedKernels) -> (map: BlockedMap, buffer: FloatBuffer)
    {
        let output = BlockedMap.allocated(channels: channels + kernels.lanes, size: size, lanes: kernels.lanes)
        output.buffer.pointer.update(repeating: 77, count: output.buffer.count)
        return output
    }

    /// Whether nothing was written behind the channels.
    static func isUntouched(_ map: BlockedMap, behind channels: Int) -> Bool {
        let first = map.at(pixel: 0, block: BlockedMap.blocks(channels, lanes: map.lanes))
        return (0..<map.block).allSatisfy { first[$0] == 77 }
    }
}
