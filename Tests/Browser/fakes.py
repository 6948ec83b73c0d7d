"""Answers that the page gets in the service's place: of models and images that would take long to come by."""
import json

SIZE = (451, 300)

# The first answer whose method and path fit is given; what none fits goes to the service.
SCRIPT = """
{
  const answers = %s;
  const real = window.fetch;
  window.fetch = async (path, options = {}) => {
    const method = options.method ?? "GET";
    const answer = answers.find(answer => answer.method === method && path.startsWith(answer.path));
    if (!answer) return real(path, options);
    if (answer.seconds) await new Promise((resolve, reject) => {
      setTimeout(resolve, 1000 * answer.seconds);
      options.signal?.addEventListener("abort", () => reject(options.signal.reason));
    });
    return new Response(JSON.stringify(answer.body), {status: answer.status, headers: {"Content-Type": "application/json"}});
  };
}
"""


def answers(*given):
    """Of `answer`s."""
    return SCRIPT % json.dumps(given)


def answer(method, path, body, status=200, seconds=0):
    return {"method": method, "path": path, "body": body, "status": status, "seconds": seconds}


def models(names):
    return answer("GET", "/v1/models", {"models": [{"name": "fake", "default": True, "classes": names}]})


def found(index, name, posterior=.98, area=1.0):
    """A class of a mask. With an area it has all pixels, else none."""
    # Compressed run lengths of COCO: the background's run, then the class's.
    entry = {"index": index, "name": name, "posterior": posterior, "area_share": area, "boxes": [],
             "segmentation": {"size": [SIZE[1], SIZE[0]], "counts": runs(*([0, SIZE[0] * SIZE[1]] if area else [SIZE[0] * SIZE[1]]))}}
    if area:
        entry |= {"mean_posterior": .9, "boxes": [[0, 0, *SIZE]]}
    return entry


def runs(*lengths):
    text = ""
    for length in lengths:
        while True:
            bits, length = length & 31, length >> 5
            more = length != 0 or bits & 16
            text += chr((bits | 32 if more else bits) + 48)
            if not more:
                break
    return text


def mask(classes, source="predicted", warnings=(), image_warnings=(), size=SIZE):
    """The document of a mask."""
    path = "/v1/masks/" + "ab" * 32
    return {
        "id": "ab" * 32, "cached": False, "model": {"digest": "cd" * 32, "name": "fake"},
        "image": {"sha256": "ef" * 32, "width": size[0], "height": size[1], "media_type": "image/png",
                  "warnings": [{"code": "odd", "detail": detail} for detail in image_warnings]},
        "labels": [entry["name"] for entry in classes], "label_source": source, "classes": classes,
        "timings": {"decode": .001, "network": .2}, "warnings": [{"code": "odd", "detail": detail} for detail in warnings],
        "links": {"self": path, "mask": path + "/mask.png", "overlay": path + "/overlay.png"},
    }
