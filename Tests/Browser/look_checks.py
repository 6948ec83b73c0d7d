"""How it looks: dark, on a phone, and what explains itself."""
import re

import fakes
from driver import Page
from selenium.webdriver.common.keys import Keys

WIDTH = 360


def numbers(colour):
    return list(map(int, re.findall(r"\d+", colour)[:3]))


def contrast(one, other):
    """WCAG 2.1, section 1.4.11: 3 is what parts of graphics need."""
    def light(colour):
        parts = [part / 255 for part in numbers(colour)]
        return sum(weight * (part / 12.92 if part <= .03928 else ((part + .055) / 1.055) ** 2.4)
                   for weight, part in zip([.2126, .7152, .0722], parts))
    light, dark = sorted([light(one), light(other)], reverse=True)
    return (light + .05) / (dark + .05)


def dark(url, folder):
    with Page(url, dark=True) as page:
        page.label("cat")
        paper = page.run("return getComputedStyle(document.body).backgroundColor")
        assert max(numbers(paper)) < 60, paper
        edge, card = page.run("""return [getComputedStyle(document.querySelector(".swatch")).borderTopColor,
            getComputedStyle($("result")).backgroundColor]""")
        assert contrast(edge, card) >= 3, (edge, card)
        page.save(folder, "dark")


def phone(url, folder):
    """The result comes into sight, the table scrolls by itself, and nothing hangs over."""
    with Page(url, width=WIDTH, height=640, calm=True) as page:
        page.label("cat")
        page.wait(lambda: page.is_in_sight("#result"), "the result")
        page.check_width(WIDTH)
        page.save(folder, "phone-result")
        wide, window = page.run("const box = document.querySelector('#result .scroll'); return [box.scrollWidth, box.clientWidth]")
        assert window < WIDTH and wide > window, (wide, window)
        page.run("document.querySelector('#classes th:last-child button').focus()")
        assert page.run("return document.querySelector('#result .scroll').scrollLeft") > 0
        # A refusal comes into sight as well.
        page.run("$('scales').value = 'wide'; $('submit').scrollIntoView()")
        page.find("#submit").click()
        page.wait(lambda: page.is_in_sight("#notice"), "the message")
        page.run("$('scales').value = ''")
        page.open_jobs()
        page.check_width(WIDTH)
    with Page(url, width=WIDTH, height=1800) as page:
        page.label("cat")
        page.save(folder, "phone")


def motion(url):
    """Scrolling to the result is smooth, unless somebody asked for less motion."""
    for calm, behaviour in [(True, "auto"), (False, "smooth")]:
        with Page(url, width=WIDTH, height=640, calm=calm, answers=fakes.answers(
                fakes.answer("POST", "/v1/masks", fakes.mask([])))) as page:
            page.run("Element.prototype.scrollIntoView = function (options) { window.scrolled = [this.id, options.behavior]; }")
            page.choose()
            page.make_mask()
            assert page.run("return window.scrolled") == ["result", behaviour]


def tips(url, folder):
    """Each figure and option explains itself to the mouse, to the keyboard and to a screen reader."""
    with Page(url) as page:
        page.label("cat")
        page.find("summary").click()
        explained = page.all("#view-label [data-tip]")
        unexplained = page.run("""return [...document.querySelectorAll(".options input, .options select, #result .tools > *, #classes th, #facts dt")]
            .filter(part => !part.matches("[data-tip]") && !part.querySelector("[data-tip]")).map(part => part.outerHTML)""")
        assert len(explained) >= 22 and not unexplained, unexplained
        for part in explained:
            described = page.run("return document.getElementById(arguments[0].getAttribute('aria-describedby')).textContent", part)
            assert len(described) > 20 and part.get_attribute("title") == described, part.get_attribute("outerHTML")
        assert not page.shows("#tip")
        page.find("#refinement").send_keys(Keys.TAB)
        assert page.focus() == "background" and page.shows("#tip") and "smaller masks" in page.find("#tip").text
        page.press(Keys.ESCAPE)
        assert not page.shows("#tip")
        page.find("#classes th:nth-child(3) button").click()
        assert page.shows("#tip") and "probable" in page.find("#tip").text
        page.save(folder, "tip")
        page.find("#result-name").click()
        page.find("#filter").click()
        assert not page.shows("#tip")
        page.check_quiet()
