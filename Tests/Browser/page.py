#!/usr/bin/env python3
"""The page of the service in headless Chromium: what a person does with it, and pictures of it.

    page.py BINARY [--screenshots DIR]      # chromium and chromium-driver from Debian, selenium from PyPI

Starts the built binary on a free port with a fresh store. Exit status 1 with what is wrong, 0 when all is as it should be.
"""
import argparse
import contextlib
import hashlib
import json
import pathlib
import re
import struct
import subprocess
import tempfile
import urllib.request
import zlib

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PICTURE = ROOT / "Samples/chelsea.png"
PATIENCE = 60


class Page:
    def __init__(self, url, dark=False, width=1280, height=1000, shows="#labels input"):
        options = webdriver.ChromeOptions()
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.binary_location = "/usr/bin/chromium"
        self.browser = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
        self.url = url
        self.browser.get(url)
        self.wait(lambda: self.all(shows), shows)

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def run(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def wait(self, condition, what):
        # The page may redraw a list while it is looked at.
        WebDriverWait(self.browser, PATIENCE, ignored_exceptions=[StaleElementReferenceException]).until(lambda _: condition(), f"{what} did not come")

    def status(self):
        return self.find("#status").text

    def label(self, name):
        self.find("#file").send_keys(str(PICTURE))
        self.find(f"#labels input[value={name}]").click()
        self.find("#submit").click()
        self.wait(lambda: self.status().startswith("Done"), "the mask")

    def save(self, folder, name):
        if folder:
            self.browser.save_screenshot(str(folder / f"{name}.png"))

    def check_quiet(self):
        """No complaint of the browser, and no request to anybody else."""
        complaints = [entry for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE" and "422" not in entry["message"]]
        assert not complaints, complaints
        for entry in self.browser.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = message["params"]["request"]["url"]
                assert address.startswith((self.url, "data:", "blob:", "chrome:")), address

    def close(self):
        self.browser.quit()


def get(url):
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def labelling(url, folder):
    page = Page(url)
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
    pixels = "return [...$('canvas').getContext('2d').getImageData(0, 0, $('canvas').width, $('canvas').height).data]"
    masked = page.run(pixels)
    page.find("#classes input").click()
    plain = page.run(pixels)
    changed = sum(masked[i:i + 3] != plain[i:i + 3] for i in range(0, len(plain), 4))
    assert 0.9 * area < changed <= area, (changed, area)
    page.find("#classes input").click()
    assert "given by you" in page.find("#facts").text
    page.save(folder, "light")
    page.find("#submit").click()
    page.wait(lambda: "from the store" in page.find("#facts").text, "the answer from the store")
    # Nothing ticked: predicted.
    page.find("#labels input[value=cat]").click()
    page.find("#submit").click()
    page.wait(lambda: "predicted" in page.find("#facts").text, "the prediction")
    page.check_quiet()
    page.close()


def bad_file(url, work):
    page = Page(url)
    broken = work / "broken.png"
    broken.write_bytes(PICTURE.read_bytes()[:5000])
    page.find("#file").send_keys(str(broken))
    page.find("#submit").click()
    page.wait(lambda: page.find("#notice").is_displayed(), "the message")
    assert len(page.find("#notice").text) > 20 and not page.find("#result").is_displayed()
    page.check_quiet()
    page.close()


def keyboard(url):
    """From the first key to the mask without a mouse."""
    page = Page(url)
    page.find("#file").send_keys(str(PICTURE))  # the browser's own dialog cannot be driven
    keys = webdriver.ActionChains(page.browser)
    focus = lambda: page.run("return document.activeElement.id || document.activeElement.value || document.activeElement.tagName")
    page.run("document.activeElement.blur()")
    seen = []
    for _ in range(60):
        keys.send_keys(Keys.TAB).perform()
        seen.append(focus())
        if seen[-1] == "filter":
            keys.send_keys("cat").perform()
        if seen[-1] == "cat":
            keys.send_keys(Keys.SPACE).perform()
        if seen[-1] == "submit":
            keys.send_keys(Keys.ENTER).perform()
            break
    assert "file" in seen and "cat" in seen and seen[-1] == "submit", seen
    page.wait(lambda: page.status() == "Done: cat.", "the mask")
    page.close()


def phone_and_dark(url, folder):
    page = Page(url, dark=True)
    page.label("cat")
    paper = page.run("return getComputedStyle(document.body).backgroundColor")
    assert max(map(int, re.findall(r"\d+", paper))) < 60, paper
    page.save(folder, "dark")
    page.close()
    page = Page(url, width=360, height=1800)
    page.label("cat")
    assert page.run("return document.documentElement.scrollWidth") <= 360
    page.save(folder, "phone")
    page.find("#tab-jobs").click()
    page.wait(lambda: page.all("#job-list button"), "the jobs")
    assert page.run("return document.documentElement.scrollWidth") <= 360
    page.close()


def jobs(url, binary, work, folder):
    pictures = work / "pictures"
    pictures.mkdir()
    (pictures / "chelsea.png").write_bytes(PICTURE.read_bytes())
    (pictures / "broken.png").write_bytes(PICTURE.read_bytes()[:3000])
    (work / "labels.csv").write_text("image,labels\nchelsea.png,cat\nbroken.png,dog\n")
    subprocess.run([
        binary, "batch", "--server", url.rstrip("/"), "--images", str(pictures), "--labels", str(work / "labels.csv"),
        "--out", str(work / "out")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    page = Page(url)
    page.find("#tab-jobs").click()
    page.wait(lambda: page.all("#job-list button"), "the jobs")
    page.find("#job-list button").click()
    page.wait(lambda: page.all("#failures li") and page.all("#gallery li"), "failure and mask")
    assert page.find("#failures li").text.startswith("broken"), page.find("#failures li").text
    assert len(page.find("#failures li").text) > 20 and "chelsea" in page.find("#gallery li").text
    assert "done, with failures" in page.find("#job-state").text, page.find("#job-state").text
    page.wait(lambda: page.run("return document.querySelector('#gallery img').naturalWidth") > 0, "the thumbnail")
    page.save(folder, "jobs")
    page.check_quiet()
    # Live: a job that waits for a picture ends while it is looked at.
    comment = b"tEXta\0bc"
    chunk = struct.pack(">I", len(comment) - 4) + comment + struct.pack(">I", zlib.crc32(comment))
    live = PICTURE.read_bytes()[:-12] + chunk + PICTURE.read_bytes()[-12:]
    digest = hashlib.sha256(live).hexdigest()
    body = json.dumps({"name": "live", "items": [{"name": "one", "sha256": digest, "labels": ["cat"]}]}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{url}v1/jobs", body, {"Content-Type": "application/json"})).read()
    page.find("#tab-label").click()
    page.find("#tab-jobs").click()
    page.wait(lambda: page.all("#job-list button") and "live" in page.all("#job-list button")[0].text, "the new job")
    page.all("#job-list button")[0].click()
    page.wait(lambda: "wait for their picture" in page.find("#job-state").text, "the waiting job")
    urllib.request.urlopen(urllib.request.Request(f"{url}v1/images/{digest}", live, method="PUT")).read()
    page.wait(lambda: page.find("#job-state").text.startswith("done"), "the end of the job")
    page.wait(lambda: page.all("#gallery li"), "its mask")
    page.close()


def tokens(binary, work):
    """Where the service asks for a token, the page does too, once a tab, and says when it is wrong."""
    token = subprocess.check_output(
        [binary, "token", "ana", "--scopes", "read,label", "--file", str(work / "tokens")], text=True).strip()
    with serve(binary, work / "closed", "--token-file", str(work / "tokens")) as url:
        page = Page(url, shows="#token-dialog[open]")
        assert not page.all("#labels input")
        for given in ["wrong", token]:
            page.wait(lambda: page.all("#token-dialog[open]"), "the question for a token")
            page.find("#token").send_keys(given, Keys.ENTER)
            page.wait(lambda: not page.find("#token").get_attribute("value"), "the answer's taking")
        page.wait(lambda: page.all("#labels input"), "the classes")
        page.find("#file").send_keys(str(PICTURE))
        page.find("#submit").click()
        page.wait(lambda: page.status().startswith("Done"), "the mask")
        page.browser.refresh()
        page.wait(lambda: page.all("#labels input"), "the classes, without another question")
        assert token not in page.browser.page_source
        page.close()


@contextlib.contextmanager
def serve(binary, data, *options):
    """A server on a free port. Gives its address."""
    with open(f"{data}.log", "w") as log:
        server = subprocess.Popen(
            [binary, "serve", "--port", "0", "--data-dir", str(data), *options], stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            yield server.stdout.readline().split()[-1] + "/"
        finally:
            server.terminate()
            server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--screenshots", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.screenshots:
        arguments.screenshots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        with serve(arguments.binary, work / "data") as url:
            for part, given in [
                    (labelling, (url, arguments.screenshots)), (bad_file, (url, work)), (keyboard, (url,)),
                    (jobs, (url, arguments.binary, work, arguments.screenshots)), (phone_and_dark, (url, arguments.screenshots)),
                    (tokens, (arguments.binary, work))]:
                part(*given)
                print(f"{part.__name__}: as it should be", flush=True)


if __name__ == "__main__":
    main()
