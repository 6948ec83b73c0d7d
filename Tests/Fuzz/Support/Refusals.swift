import HTTPTypes

/// Whether two refusals may be of the same request, read whole and read in pieces. What is both wrong and too long may
/// be refused for either: of a line whose end has not come only the beginning and the length are known.
func agree(_ left: HTTPResponse.Status, _ right: HTTPResponse.Status) -> Bool {
    let tooLong: [HTTPResponse.Status] = [.uriTooLong, .requestHeaderFieldsTooLarge]
    if left == right { return true }
    return left.code >= 400 && right.code >= 400 && (tooLong.contains(left) || tooLong.contains(right))
}
