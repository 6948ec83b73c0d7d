import Foundation
import TestSupport
import Testing

@testable import Engine

struct StoredMapsTests {
    private func maps() -> ClassMaps {
        var random = SeededRandom(seed: 6)
        return RandomMasks.maps(classes: [0, 7, 300], width: 50, height: 40, &random)
    }

    @Test func values_comeBackWithinHalfAStep() throws {
        let (maps, read) = (maps(), try StoredMaps.decode(StoredMaps.encode(maps()), file: "m"))
        #expect(read.classes == maps.classes && read.width == 50 && read.height == 40)
        #expect(largestDifference(read.values, maps.values) <= 0.0025 + 1e-6)
    }

    @Test func imageWithoutAnyClass_keepsItsSize() throws {
        let maps = ClassMaps(classes: [], width: 50, height: 40)
        #expect(try StoredMaps.decode(StoredMaps.encode(maps), file: "m") == maps)
        for size in [["height": "0", "width": "1"], ["height": "409600", "width": "2"], ["height": "9"], ["x": "y"]] {
            var writer = SafetensorsWriter()
            writer.metadata = size
            let bytes = try writer.encoded()
            #expect(throws: ModelError.self) { _ = try StoredMaps.decode(bytes, file: "m") }
        }
    }

    /// One byte a pixel and class.
    @Test func file_isSmall() throws {
        #expect(try StoredMaps.encode(maps()).count < 3 * 50 * 40 + 500)
    }

    @Test func noBackgroundScore_findsAPixelOnAnotherSide() throws {
        let maps = maps()
        let read = try StoredMaps.decode(StoredMaps.encode(maps), file: "m")
        for position in maps.classes.indices {
            func alone(_ all: ClassMaps) -> SweepPlanes {
                SweepPlanes(
                    ClassMaps(
                        classes: [0], width: all.width, height: all.height,
                        values: Array(all.values[all.range(ofMap: position)])))
            }
            #expect(alone(read).bins == alone(maps).bins)
        }
    }

    @Test func valuesOutsideTheirRange_countAsTheNearerBound() throws {
        let maps = ClassMaps(classes: [0], width: 6, height: 1, values: [-1, .nan, 0, 1, 1.9, .infinity])
        let read = try StoredMaps.decode(StoredMaps.encode(maps), file: "m").values
        #expect(read == [0, 0, 0, 0.9975, 1.2725, 1.2725])
    }

    private func refusal(_ tensors: [(name: String, shape: [Int], type: Safetensors.ElementType)]) throws -> String {
        var writer = SafetensorsWriter()
        for tensor in tensors {
            writer.append(
                tensor.name, shape: tensor.shape, values: [Float](repeating: 0, count: tensor.shape.reduce(1, *)),
                as: tensor.type)
        }
        let bytes = try writer.encoded()
        return try #require(throws: ModelError.self) { _ = try StoredMaps.decode(bytes, file: "m") }.description
    }

    @Test func otherFiles_areRefused() throws {
        #expect(try refusal([]).contains("holds 0 class maps"))
        #expect(try refusal([("1", [2, 3], .float32)]).contains("element type F32"))
        #expect(try refusal([("cat", [2, 3], .uint8)]).contains("tensor cat"))
        for name in ["0", "01", "+1", "65536", "-1"] {
            #expect(try refusal([(name, [2, 3], .uint8)]).contains("is not called by a class's value"))
        }
        for shapes in [[[6]], [[0, 3]], [[2, 3], [3, 2]]] {
            let tensors = shapes.enumerated().map { (String($0.offset + 1), $0.element, Safetensors.ElementType.uint8) }
            #expect(try refusal(tensors).contains("[height, width] of one size"))
        }
        #expect(try refusal((1...257).map { (String($0), [1, 1], .uint8) }).contains("holds 257 class maps"))
    }
}
