import Foundation

/// Class maps in a file: safetensors, one tensor U8 [height, width] a class, called by the value of the class's pixels
/// in a mask (k + 1 for class k). Of an image that is known to have none of the classes there is no tensor: the
/// metadata then says `height` and `width`.
///
/// A byte v says that the map lies in ((v - 1) / 200, v / 200], 0 that it is 0, 255 that it is over 1.27. The background
/// scores of a sweep are hundredths, which lie between two such ranges: none of them finds a value on another side than
/// in the maps themselves. Which of two classes is the higher is known to 0.005.
public enum StoredMaps {
    public static let fileExtension = "safetensors"
    private static let steps: Float = 200

    /// - Parameter maps: values in [0, 2); what is below counts as 0, and so does NaN.
    public static func encode(_ maps: ClassMaps) throws -> Data {
        var writer = SafetensorsWriter()
        if maps.classes.isEmpty { writer.metadata = ["height": String(maps.height), "width": String(maps.width)] }
        for (position, index) in maps.classes.enumerated() {
            let values = maps.values[maps.range(ofMap: position)]
            writer.append(
                String(index + 1), shape: [maps.height, maps.width],
                values: values.map { $0 > 0 ? min(255, ($0 * steps).rounded(.up)) : 0 }, as: .uint8)
        }
        return try writer.encoded()
    }

    /// The maps, each value the middle of its range.
    /// - Parameter file: name for messages.
    /// - Throws: for what is no file of class maps, or holds more than `SweepPlanes.maximumClasses`.
    static func decode(_ bytes: Data, file: String) throws(ModelError) -> ClassMaps {
        let tensors = try Safetensors(bytes, file: file, types: [.uint8])
        if tensors.entries.isEmpty, let size = size(tensors.metadata) {
            return ClassMaps(classes: [], width: size.width, height: size.height)
        }
        guard (1...SweepPlanes.maximumClasses).contains(tensors.entries.count) else {
            let limit = SweepPlanes.maximumClasses
            throw ModelError(
                file: file, tensor: nil, reason: "holds \(tensors.entries.count) class maps, not 1 to \(limit)")
        }
        var planes: [(index: Int, name: String)] = []
        for name in tensors.entries.keys {
            guard let value = UInt16(name), value > 0, String(value) == name else {
                throw ModelError(file: file, tensor: name, reason: "is not called by a class's value in a mask")
            }
            planes.append((Int(value) - 1, name))
        }
        planes.sort { $0.index < $1.index }
        let shapes = Set(tensors.entries.values.map(\.shape))
        guard shapes.count == 1, let shape = shapes.first, shape.count == 2, shape.allSatisfy({ $0 > 0 }) else {
            throw ModelError(file: file, tensor: nil, reason: "its class maps are not all [height, width] of one size")
        }
        var values: [Float] = []
        values.reserveCapacity(planes.count * shape[0] * shape[1])
        for plane in planes { values += try tensors.floats(plane.name).map { $0 > 0 ? ($0 - 0.5) / steps : 0 } }
        return ClassMaps(classes: planes.map(\.index), width: shape[1], height: shape[0], values: values)
    }

    /// Of maps without a class; nil where the metadata does not tell it.
    private static func size(_ metadata: [String: String]) -> MapSize? {
        guard let height = metadata["height"].flatMap({ Int($0) }), let width = metadata["width"].flatMap({ Int($0) }),
            (1...WorkingSize.maximumPixels).contains(height), (1...WorkingSize.maximumPixels / height).contains(width)
        else { return nil }
        return MapSize(height: height, width: width)
    }
}
