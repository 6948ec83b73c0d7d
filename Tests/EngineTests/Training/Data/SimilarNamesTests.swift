import Testing

@testable import Engine

struct SimilarNamesTests {
    private func edits(_ names: String...) -> [[String]] { SimilarNames(names).edits.map { [$0.0, $0.1] } }

    @Test(arguments: [
        ["cat", "Cat"], ["traffic light", "traffic_light"], ["traffic-light", "trafficlight"], ["ﬁre", "fire"],
        ["é", "e\u{301}"], ["ＣＡＴ", "cat"],
    ])
    func spellingsOfOneName_areFound(_ names: [String]) throws {
        let similar = SimilarNames(["other"] + names)
        #expect(similar.spellings.map { [$0.0, $0.1] } == [names] && similar.edits.isEmpty)
        #expect(try #require(similar.warnings.first).contains("\"\(names[0])\" and \"\(names[1])\""))
    }

    @Test func namesOneLetterApart_areFound() {
        #expect(edits("cat", "dog", "catt") == [["cat", "catt"]])
        #expect(edits("horse", "hores", "hose") == [["horse", "hose"]])
        #expect(edits("potted plant", "potted plent") == [["potted plant", "potted plent"]])
        #expect(edits("potted plant", "poted_Plant") == [["potted plant", "poted_Plant"]])
        #expect(edits("aeroplane", "xeroplane", "aeroplanx").count == 2)
    }

    @Test func plural_isFoundInShortNamesToo() {
        #expect(edits("cat", "cats") == [["cat", "cats"]])
        #expect(edits("ox", "oxs") == [["ox", "oxs"]])
    }

    @Test func namesThatAreMeantToBeAlike_areLeftAlone() {
        #expect(edits("class 1", "class 2", "class 12", "class") == [])
        #expect(edits("type A", "type B") == [])
        #expect(edits("cat", "car", "bat") == [])
        #expect(edits("-", "_", "0") == [])
        #expect(SimilarNames(["-", "_", "0", " "]).spellings.isEmpty)
    }

    /// What is compared letter by letter is what any two names have in common.
    @Test func buckets_findWhatAllPairsWouldFind() {
        var random = RandomStream(seed: 4, .sampling)
        let letters: [Character] = ["a", "b", "c", "d"]
        var made: Set<String> = []
        for _ in 0..<400 {
            made.insert(String((0..<4 + random.index(below: 2)).map { _ in letters[random.index(below: 4)] }))
        }
        let names = made.sorted()
        let keys = names.map(NormalisedName.init)
        var expected: Set<[String]> = []
        for left in keys.indices {
            for right in left + 1..<keys.count where keys[left].isNear(keys[right], shortest: 4) {
                expected.insert([names[left], names[right]])
            }
        }
        let found = SimilarNames(names)
        #expect(Set(found.edits.map { [$0.0, $0.1] }) == expected && !found.isPartial && expected.count > 100)
    }

    @Test func thousandsOfNamesAllAlike_endSoon_andSaySo() {
        let letters = "abcdefghijklmnopqrstuvwxyz".map(String.init)
        let pairs = letters.flatMap { first in letters.map { first + $0 } }
        let names = pairs.flatMap { pair in letters.map { pair + $0 + "xx" } }
        let clock = ContinuousClock()
        var similar = SimilarNames([])
        let time = clock.measure { similar = SimilarNames(names) }
        #expect(similar.isPartial && similar.warnings.contains { $0.contains("too alike") })
        #expect(similar.warnings.allSatisfy { $0.utf8.count < 1000 })
        #expect(time < .seconds(60))
    }
}
