import HTTPTypes
import Testing

@testable import Server

@Test(arguments: [
    (nil, "application/json"), ("*/*", "application/json"), ("image/*", "image/png"), ("image/png", "image/png"),
    ("text/html, image/png;q=0.5, */*;q=0.1", "image/png"), ("application/json;q=0.5, image/png;q=0.6", "image/png"),
    ("application/json;q=0, */*", "image/png"), ("IMAGE/PNG", "image/png"), ("text/html", nil),
    ("application/json;q=0", nil), ("image/png;q=0.5, application/json;q=0.5", "application/json"),
    ("garbage", "application/json"),
] as [(String?, String?)])
func accept_choosesTheBestOffer(accept: String?, expected: String?) {
    var fields = HTTPFields()
    fields[.accept] = accept
    #expect(Accept.choose(["application/json", "image/png"], for: fields) == expected)
}

@Test func mediaType_parsesParametersAndQuotes() throws {
    let type = try #require(MediaType("Multipart/Form-Data; Boundary=\"a;b\\\"c\" ; charset=utf-8"))
    #expect(type.essence == "multipart/form-data")
    #expect(type.parameter("boundary") == "a;b\"c")
    #expect(type.parameter("charset") == "utf-8")
}

@Test(arguments: ["", "image", "image/", "/png", "a b/c", "a/b; x", "a/b; x=\"y", "a/b/c", "a/b; =c"])
func mediaType_refusesMalformedText(text: String) {
    #expect(MediaType(text) == nil)
}
