"""Data sets: what failed, the masks, each of them large, and a job that goes on."""
import hashlib
import json
import struct
import subprocess
import urllib.request
import zlib

import fakes
from driver import IMAGE, Page
from selenium.webdriver.common.keys import Keys

JOB = "01" * 16


def commented(text):
    """The sample with a comment: the same pixels in another file."""
    comment = b"tEXta\0" + text
    chunk = struct.pack(">I", len(comment) - 4) + comment + struct.pack(">I", zlib.crc32(comment))
    return IMAGE.read_bytes()[:-12] + chunk + IMAGE.read_bytes()[-12:]


def jobs(url, binary, work, folder):
    images = work / "images"
    images.mkdir()
    (images / "chelsea.png").write_bytes(IMAGE.read_bytes())
    (images / "second.png").write_bytes(commented(b"second"))
    (images / "broken.png").write_bytes(IMAGE.read_bytes()[:3000])
    (work / "labels.csv").write_text("image,labels\nchelsea.png,cat\nsecond.png,cat\nbroken.png,dog\n")
    subprocess.run([
        binary, "batch", "--server", url.rstrip("/"), "--images", str(images), "--labels", str(work / "labels.csv"),
        "--out", str(work / "out")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with Page(url) as page:
        page.open_jobs()
        page.find("#job-list button").click()
        page.wait(lambda: page.all("#failures li") and len(page.all("#gallery li")) == 2, "failure and masks")
        assert page.find("#failures li").text.startswith("broken"), page.find("#failures li").text
        assert len(page.find("#failures li").text) > 20 and "chelsea" in page.find("#gallery").text
        assert "done, with failures" in page.find("#job-state").text, page.find("#job-state").text
        page.wait(lambda: page.run("return [...document.querySelectorAll('#gallery img')].every(image => image.naturalWidth)"), "the thumbnails")
        page.save(folder, "jobs")
        tiles(page, folder)
        page.check_quiet()
        live(page, url)


def holds(page, place):
    """Whether the tile there has the focus."""
    return page.run("return document.activeElement === document.querySelectorAll('#gallery button')[arguments[0]]", place)


def tiles(page, folder):
    """A tile opens large by keyboard, with its mask, classes and figures; arrows go on, and Escape goes back."""
    names = [name.text for name in page.all("#gallery .name")]
    page.run("document.querySelector('#gallery button').focus()")
    page.press(Keys.ENTER)
    seen = lambda: page.run("return $('viewer-image').naturalWidth") > 0 and page.shows("#viewer-image") and page.shows("#viewer-classes")
    page.wait(seen, "the mask, large")
    row = [cell.text for cell in page.all("#viewer-classes td")]
    assert page.find("#viewer-name").text == names[0] and page.find("#viewer-place").text == "1 of 2"
    assert row[0] == "cat" and row[1].endswith(" %") and "cat" in page.find("#viewer-image").get_attribute("alt"), row
    assert "451" in page.find("#viewer-facts").text
    page.save(folder, "viewer")
    page.press(Keys.ARROW_RIGHT)
    page.wait(lambda: page.find("#viewer-name").text == names[1] and seen(), "the next one")
    page.press(Keys.ARROW_RIGHT)
    page.wait(lambda: "last" in page.find("#viewer-status").text, "the end")
    for button, path in [("mask", "mask.png"), ("tint", "outline=false")]:
        page.run("performance.clearResourceTimings()")
        page.find(f"#viewer-views button[value={button}]").click()
        page.wait(lambda: page.run("return performance.getEntriesByType('resource').some(entry => entry.name.includes(arguments[0]))", path) and seen(), path)
    page.press(Keys.ESCAPE)
    assert not page.shows("#viewer")
    page.wait(lambda: holds(page, 1), "the focus on the tile")
    # By mouse too, and a click beside it closes it.
    page.find("#gallery button").click()
    page.wait(seen, "the mask, large")
    page.find("#viewer-close").click()
    page.wait(lambda: holds(page, 0), "the focus on the tile")
    assert not page.shows("#viewer")


def live(page, url):
    """A job that waits for an image ends while it is looked at."""
    image = commented(b"live")
    digest = hashlib.sha256(image).hexdigest()
    body = json.dumps({"name": "live", "items": [{"name": "one", "sha256": digest, "labels": ["cat"]}]}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{url}v1/jobs", body, {"Content-Type": "application/json"})).read()
    page.find("#tab-label").click()
    page.find("#tab-jobs").click()
    page.wait(lambda: page.all("#job-list button") and "live" in page.all("#job-list button")[0].text, "the new job")
    assert not page.shows("#job")
    page.all("#job-list button")[0].click()
    page.wait(lambda: "Wait for their image" in page.find("#job-facts").text, "the waiting job")
    urllib.request.urlopen(urllib.request.Request(f"{url}v1/images/{digest}", image, method="PUT")).read()
    page.wait(lambda: page.find("#job-state").text.startswith("done"), "the end of the job")
    page.wait(lambda: page.all("#gallery li"), "its mask")


def many_tiles(url, folder):
    """The arrow at the last tile brings the next page of them; a warning is marked, and what has gone says so."""
    item = lambda place: {"position": place, "name": f"image-{place}", "labels": ["cat", "dog"], "state": "done", "mask": f"{place:064x}"} | (
        {"warnings": [{"code": "label_found_nothing", "detail": "dog"}]} if place == 0 else {})
    job = {"id": JOB, "name": "fake", "state": "done", "finished_at": "now", "links": {"result": "/"}, "metrics": {"mean_posterior": .9},
           "counts": {"total": 25, "done": 25, "failed": 0, "cancelled": 0, "waiting_for_image": 0}}
    told = fakes.mask([fakes.found(8, "cat"), fakes.found(12, "dog", .04, 0)], "given", ["dog has no pixel in the mask"])
    answers = fakes.answers(
        fakes.answer("GET", "/v1/jobs?", {"jobs": [job]}), fakes.answer("GET", f"/v1/jobs/{JOB}/items?state=failed", {"items": []}),
        fakes.answer("GET", f"/v1/jobs/{JOB}/items?state=done&limit=24&cursor=24", {"items": [item(24)]}),
        fakes.answer("GET", f"/v1/jobs/{JOB}/items?state=done&warning=any", {"items": [item(0)]}),
        fakes.answer("GET", f"/v1/jobs/{JOB}/items", {"items": [item(place) for place in range(24)], "next_cursor": 24}),
        fakes.answer("GET", f"/v1/jobs/{JOB}", job), fakes.answer("GET", f"/v1/masks/{24:064x}", {"detail": "There is no such mask."}, 404),
        fakes.answer("GET", "/v1/masks/", told))
    for width in [1280, 360]:
        with Page(url, width=width, height=740, answers=answers) as page:
            page.open_jobs()
            page.find("#job-list button").click()
            page.wait(lambda: len(page.all("#gallery button")) == 24, "the tiles")
            assert [tile.text.endswith("with a warning") for tile in page.all("#gallery button")[:2]] == [True, False]
            assert "90.0 %" in page.find("#job-facts").text
            page.run("document.querySelectorAll('#gallery button')[23].click()")
            page.wait(lambda: page.shows("#viewer-classes"), "the classes")
            assert page.find("#viewer-place").text == "24 of 24 or more"
            assert [line.text for line in page.all("#viewer-warnings li")] == ["dog has no pixel in the mask"]
            assert "dog found nothing" in page.find("#viewer-classes").text
            page.check_width(width)
            page.save(folder, f"viewer-{width}")
            page.press(Keys.ARROW_RIGHT)
            page.wait(lambda: "no such mask" in page.find("#viewer-status").text, "the reason")
            assert page.find("#viewer-name").text == "image-24" and not page.shows("#viewer-classes")
            page.press(Keys.ESCAPE)
            page.wait(lambda: holds(page, 24), "the focus on the tile")
            page.find("#only-warned").click()
            page.wait(lambda: [tile.text.endswith("with a warning") for tile in page.all("#gallery button")] == [True], "the one with a warning")
            assert not page.shows("#more-masks")
            page.find("#only-warned").click()
            page.wait(lambda: len(page.all("#gallery button")) == 24, "the tiles again")
