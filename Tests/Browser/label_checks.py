"""One image: its preview, its mask, and what is said of it."""
import fakes
from driver import IMAGE, Page, get
from selenium.webdriver.common.keys import Keys

PIXELS = "return [...$('canvas').getContext('2d').getImageData(0, 0, $('canvas').width, $('canvas').height).data]"


def labelling(url, folder):
    with Page(url) as page:
        page.label("cat")
        # What the page shows is what the service says.
        identity = page.run("return work.document.id")
        document = get(f"{url}v1/masks/{identity}")
        row = [cell.text for cell in page.all("#classes tr td")]
        assert row[1] == "cat" and row[2] == f"{100 * document['classes'][0]['posterior']:.1f} %", row
        assert row[3] == f"{100 * document['classes'][0]['area_share']:.1f} %", row
        area = page.run("return work.masks[0].mask.reduce((sum, bit) => sum + bit, 0)")
        height, width = document["classes"][0]["segmentation"]["size"]
        assert abs(area / (width * height) - document["classes"][0]["area_share"]) < 1e-5, area
        masked = page.run(PIXELS)
        page.find("#classes input").click()
        plain = page.run(PIXELS)
        changed = sum(masked[i:i + 3] != plain[i:i + 3] for i in range(0, len(plain), 4))
        assert 0.9 * area < changed <= area, (changed, area)
        page.find("#classes input").click()
        assert "given with the image" in page.find("#facts").text and page.find("#result-name").text == IMAGE.name
        assert not page.shows("#nothing") and not page.shows("#warnings") and not page.shows("#canvas-note")
        page.save(folder, "light")
        page.find("#submit").click()
        page.wait(lambda: "from the store" in page.find("#facts").text, "the answer from the store")
        # Nothing ticked: predicted.
        page.find("#labels input[value=cat]").click()
        page.find("#submit").click()
        page.wait(lambda: "predicted" in page.find("#facts").text, "the prediction")
        page.check_quiet()


def preview(url, work):
    """An image shows before it is sent; what the browser cannot show is sent all the same."""
    unknown = work / "image.tiff"
    unknown.write_bytes(b"II*\0" + bytes(9000))
    whole = fakes.mask([fakes.found(8, "cat")])
    with Page(url, answers=fakes.answers(fakes.answer("POST", "/v1/masks", whole))) as page:
        assert not page.shows("#preview")
        page.choose()
        page.wait(lambda: page.shows("#preview"), "the preview")
        colours = page.run("""const data = $("preview").getContext("2d").getImageData(0, 0, 99, 99).data;
            return new Set(data).size""")
        assert colours > 50 and not page.shows("#result") and not page.shows("#preview-note")
        page.choose(unknown)
        page.wait(lambda: page.shows("#preview-note"), "the word about the browser")
        assert not page.shows("#preview")
        page.make_mask()
        assert page.shows("#canvas-note") and page.find("#classes td:nth-child(2)").text == "cat"
        page.check_quiet()


def turned(url):
    """An image that the browser turns otherwise than the service is not laid under its mask."""
    with Page(url, answers=fakes.answers(fakes.answer("POST", "/v1/masks", fakes.mask([], size=fakes.SIZE[::-1])))) as page:
        page.choose()
        page.make_mask()
        assert page.shows("#canvas-note") and page.run("return $('canvas').width") == fakes.SIZE[1]


def old_goes(url, work):
    """What belongs to an image goes when the next one is chosen, or fails."""
    broken = work / "broken.png"
    broken.write_bytes(IMAGE.read_bytes()[:5000])
    with Page(url) as page:
        page.label("cat")
        page.choose(broken)
        assert not page.shows("#result") and page.status() == "" and page.run("return work.document") is None
        page.find("#submit").click()
        page.wait(lambda: page.shows("#notice"), "the message")
        assert len(page.find("#notice").text) > 20 and not page.shows("#result") and page.status() == ""
        page.choose()
        page.make_mask()
        assert page.shows("#result") and not page.shows("#notice")
        # The same image again, with an option that is refused.
        page.run("$('scales').value = 'wide'")
        page.find("#submit").click()
        page.wait(lambda: page.shows("#notice"), "the message")
        assert "scales" in page.find("#notice").text and not page.shows("#result")
        page.check_quiet(("422", "400"))


def old_answer(url, work):
    """An answer that comes after another image was chosen is not shown with it."""
    other = work / "other.png"
    other.write_bytes(IMAGE.read_bytes())
    late = fakes.answer("POST", "/v1/masks", fakes.mask([fakes.found(8, "cat")]), seconds=600)
    with Page(url, answers=fakes.answers(late)) as page:
        page.choose()
        page.find("#submit").click()
        page.wait(lambda: page.status() == "Working …", "the work")
        page.choose(other)
        page.wait(lambda: page.find("#submit").is_enabled(), "the end of the waiting")
        assert page.status() == "" and not page.shows("#result") and not page.shows("#notice")


def nothing_found(url):
    with Page(url, answers=fakes.answers(fakes.answer("POST", "/v1/masks", fakes.mask([])))) as page:
        page.choose()
        page.make_mask()
        words = "No class was found in this image."
        assert page.find("#nothing").text == words and page.status() == f"Done. {words}", page.status()
        assert not page.shows("#classes") and page.shows("#canvas") and page.shows("#facts")
        page.check_quiet()


def warnings(url, folder):
    """A given label that found nothing is marked, and what the service says of it is shown as text."""
    words = "dog has no pixel: <b>posterior 0.04</b>"
    told = fakes.mask([fakes.found(8, "cat", area=.5), fakes.found(12, "dog", .04, 0)], "given", [words], ["12 stray bytes"])
    with Page(url, answers=fakes.answers(fakes.answer("POST", "/v1/masks", told))) as page:
        page.label("cat", "dog")
        assert [line.text for line in page.all("#warnings li")] == ["12 stray bytes", words]
        rows = [row.text for row in page.all("#classes tbody tr")]
        assert "found nothing" not in rows[0] and rows[1].startswith("dog found nothing"), rows
        assert page.status() == "Done. Found: cat. Nothing found of: dog.", page.status()
        page.save(folder, "warnings")
        page.check_quiet()


def many_classes(url, folder):
    """300 classes: the list scrolls, says so, and the keyboard reaches the last one."""
    names = [f"class {number:03} of a rather large model" for number in range(300)]
    for width, name in [(1280, "many-classes"), (360, "many-classes-phone")]:
        with Page(url, width=width, answers=fakes.answers(fakes.models(names))) as page:
            height, whole = page.run("return [$('labels').clientHeight, $('labels').scrollHeight]")
            assert whole > 4 * height and page.find("#matches").text == "300 classes"
            assert page.run("return getComputedStyle($('labels')).overflowY") == "scroll"
            # A shade at the lower edge, and none at the upper one: the last two backgrounds stay with the box.
            attachments = page.run("return getComputedStyle($('labels')).backgroundAttachment")
            assert attachments == "local, local, scroll, scroll", attachments
            page.save(folder, name)
            page.find("#labels input").send_keys(Keys.END)
            assert page.focus() == names[-1]
            last = page.run("""const box = $("labels").getBoundingClientRect();
                const last = document.activeElement.getBoundingClientRect(); return last.bottom <= box.bottom && last.top >= box.top""")
            assert last
            page.press(Keys.SPACE)
            assert page.find("#chosen").text == names[-1]
            page.press(Keys.ARROW_LEFT)
            assert page.focus() == names[-2]
            page.press(Keys.HOME)
            assert page.focus() == names[0]
            page.find("#filter").send_keys("299")
            assert page.find("#matches").text == "1 of 300 classes"
            page.find("#filter").send_keys(Keys.ENTER)
            assert page.focus() == names[299]
            page.find("#filter").send_keys("no such")
            assert page.find("#matches").text == "No class has this in its name."
            page.check_width(width)


def no_class(url):
    """No class at all can be said, and takes the place of classes."""
    posted = fakes.answer("POST", "/v1/masks?labels=", fakes.mask([], "given"))
    with Page(url, answers=fakes.answers(posted)) as page:
        page.choose()
        page.find("#labels input[value=cat]").click()
        page.find("#no-class").click()
        assert not page.all("#labels input:checked") and "None of them" in page.find("#chosen").text
        page.make_mask()
        assert page.find("#nothing").text == "No class was given: the mask is background alone."
        page.find("#labels input[value=cat]").click()
        assert not page.find("#no-class").is_selected() and page.find("#chosen").text == "cat"


def options(url):
    """What boxes and masks leave out is asked for as it is chosen."""
    posted = fakes.answer("POST", "/v1/masks?minimum_area=0.01&drop_small=true", fakes.mask([], "given"))
    with Page(url, answers=fakes.answers(posted)) as page:
        page.choose()
        page.run("document.querySelector('details').open = true; $('minimum_area').value = '0.01'")
        page.find("#drop_small").click()
        page.make_mask()
        assert page.find("#nothing").text == "No class was given: the mask is background alone."


def keyboard(url):
    """From the first key to the mask without a mouse."""
    with Page(url) as page:
        page.choose()  # the browser's own dialog cannot be driven
        page.run("document.activeElement.blur()")
        seen = []
        for _ in range(60):
            page.press(Keys.TAB)
            seen.append(page.focus())
            if seen[-1] == "filter":
                page.press("cat")
            if seen[-1] == "cat":
                page.press(Keys.SPACE)
            if seen[-1] == "submit":
                page.press(Keys.ENTER)
                break
        assert "file" in seen and "cat" in seen and seen[-1] == "submit", seen
        page.wait(lambda: page.status() == "Done. Found: cat.", "the mask")
