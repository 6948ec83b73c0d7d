import Text

/// The instructions with which a pickle asks for Python objects: each is matched against the few that tensors need.
extension PickleMachine {
    /// - Returns: false for an instruction of another kind.
    mutating func runObject(_ opcode: UInt8) throws(ModelError) -> Bool {
        switch opcode {
        case UInt8(ascii: "c"):  // GLOBAL
            let module = try cursor.line()
            try push(.global(try global(module: module, name: try cursor.line())))
        case UInt8(ascii: "i"):  // INST: a call of a global, none of ours
            let module = try cursor.line()
            throw refusal(module: module, name: try cursor.line())
        case 0x93:  // STACK_GLOBAL
            guard case .string(let name) = try pop(), case .string(let module) = try pop() else {
                throw cursor.fault("its pickle asks for a global whose name is no text")
            }
            try push(.global(try global(module: module, name: name)))
        case UInt8(ascii: "R"):  // REDUCE
            let arguments = try pop()
            guard case .tuple(let index) = arguments, case .global(let callee) = try pop() else {
                throw cursor.fault("its pickle calls what is no function")
            }
            try push(try result(of: callee, heap.sequences[index]))
        case UInt8(ascii: "b"):  // BUILD: a state dict's versions of its modules' layouts, in an attribute
            let state = try pop()
            let object = try pop()
            guard case .dictionary = object, case .dictionary = state else {
                throw cursor.fault("its pickle sets attributes of what is no dictionary")
            }
            try push(object)
        case UInt8(ascii: "Q"):  // BINPERSID
            try push(try storage(try pop()))
        default: return false
        }
        return true
    }

    private func refusal(module: String, name: String) -> ModelError {
        cursor.fault(
            "its pickle asks for the global \(module.shown).\(name.shown); only dense tensors in plain containers are "
                + "read, and nothing is run: save model.state_dict() alone")
    }

    private func global(module: String, name: String) throws(ModelError) -> TorchGlobal {
        guard let global = TorchGlobal(module: module, name: name) else {
            throw refusal(module: module, name: name)
        }
        return global
    }

    private mutating func result(of callee: TorchGlobal, _ arguments: [PickleValue]) throws(ModelError) -> PickleValue {
        switch callee {
        case .orderedDictionary:
            guard arguments.isEmpty else { throw cursor.fault("its pickle makes an OrderedDict with arguments") }
            return try makeDictionary()
        case .size:
            guard arguments.count == 1, case .tuple = arguments[0] else {
                throw cursor.fault("its pickle makes a torch.Size of something else than one tuple")
            }
            return arguments[0]
        case .rebuildTensor:
            return .tensor(try tensor(arguments))
        case .rebuildParameter:
            guard arguments.count == 3, case .tensor = arguments[0] else {
                throw cursor.fault("its pickle makes a parameter of something else than a tensor")
            }
            return arguments[0]
        case .storage(let element):
            throw cursor.fault("its pickle calls torch.\(element.rawValue)Storage")
        }
    }

    /// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks[, metadata])`.
    private func tensor(_ arguments: [PickleValue]) throws(ModelError) -> TorchTensor {
        guard (6...7).contains(arguments.count), case .storage(let index) = arguments[0],
            case .integer(let offset) = arguments[1], let shape = heap.integers(arguments[2]),
            let strides = heap.integers(arguments[3])
        else { throw cursor.fault("its pickle makes a tensor with other arguments than torch.save writes") }
        guard
            let tensor = TorchTensor(storage: heap.storages[index], offset: offset, shape: shape, strides: strides)
        else {
            throw cursor.fault(
                "a tensor of shape \(shape), strides \(strides) and offset \(offset) does not lie inside its storage "
                    + "of \(heap.storages[index].count) elements, or repeats elements of it")
        }
        return tensor
    }

    /// `("storage", torch.FloatStorage, key, location, count[, view])`.
    private mutating func storage(_ identifier: PickleValue) throws(ModelError) -> PickleValue {
        guard case .tuple(let index) = identifier else { throw cursor.fault("its pickle has an unknown persistent id") }
        let parts = heap.sequences[index]
        guard (5...6).contains(parts.count), case .string(let kind) = parts[0], kind.equalsBytes(of: "storage"),
            case .global(.storage(let element)) = parts[1], case .string(let key) = parts[2],
            case .string = parts[3], case .integer(let count) = parts[4], PickleHeap.isKey(key)
        else { throw cursor.fault("its pickle has a persistent id that is no storage") }
        if parts.count == 6 {
            guard case .none = parts[5] else { throw cursor.fault("storage \(key.shown) is a view of another one") }
        }
        guard count >= 0, count <= maximumStorageBytes / element.bytes else {
            throw cursor.fault("storage \(key.shown) of \(count) elements is larger than the file")
        }
        guard let value = heap.announce(TorchStorage(key: key, element: element, count: count)) else {
            throw cursor.fault("storage \(key.shown) is announced twice, with different types or sizes")
        }
        return value
    }
}
