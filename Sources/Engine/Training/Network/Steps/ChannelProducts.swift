/// The products that a convolution's channels are computed in: one of all channels or, in groups, one for each pair of blocks
/// that are made, over the blocks that its groups read.
struct ChannelProducts: Sendable {
    struct Product: Sendable {
        /// Channels that it makes, from the first of a block on.
        let made: Range<Int>
        /// The first block that it reads.
        let readBlock: Int
        let readChannels: Int
    }

    let products: [Product]
    let lanes: Int
    /// Channels of a group.
    private let madeOfGroup: Int
    private let readOfGroup: Int

    init(made: Int, read: Int, groups: Int, lanes: Int) {
        self.lanes = lanes
        let (madeOfGroup, readOfGroup) = (made / groups, read / groups)
        (self.madeOfGroup, self.readOfGroup) = (madeOfGroup, readOfGroup)
        let perProduct = groups == 1 ? made : 2 * lanes
        products = stride(from: 0, to: made, by: perProduct).map { first in
            let channels = first..<min(first + perProduct, made)
            let read =
                channels.lowerBound / madeOfGroup * readOfGroup..<((channels.upperBound - 1) / madeOfGroup + 1)
                * readOfGroup
            let block = read.lowerBound / lanes
            return Product(made: channels, readBlock: block, readChannels: read.upperBound - block * lanes)
        }
    }

    /// Blocks of what is made.
    func blocks(_ product: Product) -> Range<Int> {
        product.made.lowerBound / lanes..<BlockedMap.blocks(product.made.upperBound, lanes: lanes)
    }

    /// Blocks of what is read.
    func readBlocks(_ product: Product) -> Int { BlockedMap.blocks(product.readChannels, lanes: lanes) }

    /// The place within its group of a channel that a product reads, counted from the product's first; nil where it is no
    /// channel of the group of the one that is made.
    @inline(__always)
    func place(of read: Int, in product: Product, forMade made: Int) -> Int? {
        let place = product.readBlock * lanes + read - made / madeOfGroup * readOfGroup
        return place >= 0 && place < readOfGroup ? place : nil
    }
}
