import Testing

@testable import Engine

@Suite struct LabelmapTests {
    @Test func eachPixelValue_hasItsColour() {
        #expect(Labelmap.text(classes: ["cat", "dog"]) == "background:0,0,0::\ncat:128,0,0::\ndog:0,128,0::\n")
    }

    /// Datumaro (1.13) fails on the first pixel of a colour that is not declared, and calls this one "ignored" itself.
    @Test func whatMasksLeaveOut_isDeclaredWhereTheyDo() {
        let text = Labelmap.text(classes: ["cat"], leavesOut: true)
        #expect(text == "background:0,0,0::\ncat:128,0,0::\nignored:224,224,192::\n")
        let taken = Labelmap.text(classes: ["ignored"], leavesOut: true)
        #expect(taken == "background:0,0,0::\nignored:128,0,0::\nvoid:224,224,192::\n")
    }
}
