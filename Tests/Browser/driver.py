"""A browser at the page, and a server that serves it."""
import contextlib
import json
import pathlib
import subprocess
import urllib.request

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
IMAGE = ROOT / "Samples/chelsea.png"
PATIENCE = 60


class Page:
    """`answers`: those that the page gets in the service's place, see fakes.py."""

    def __init__(self, url, dark=False, width=1280, height=1000, shows="#labels input", answers="", calm=False):
        options = webdriver.ChromeOptions()
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.binary_location = "/usr/bin/chromium"
        self.browser = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"}]})
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
        if answers:
            self.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": answers})
        self.url = url
        self.browser.get(url)
        self.wait(lambda: self.all(shows), shows)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.browser.quit()

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def shows(self, selector):
        return self.find(selector).is_displayed()

    def run(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def wait(self, condition, what):
        # The page may redraw a list while it is looked at.
        WebDriverWait(self.browser, PATIENCE, ignored_exceptions=[StaleElementReferenceException]).until(
            lambda _: condition(), f"{what} did not come")

    def press(self, *keys):
        webdriver.ActionChains(self.browser).send_keys(*keys).perform()

    def focus(self):
        """What has the focus: its id, its value, or what it says."""
        return self.run("const held = document.activeElement; return held.id || held.value || held.textContent || held.tagName")

    def is_in_sight(self, selector):
        """Whether its beginning is in the window."""
        top = self.run("return document.querySelector(arguments[0]).getBoundingClientRect().top", selector)
        return self.shows(selector) and -1 <= top < self.run("return innerHeight") - 50

    def status(self):
        return self.find("#status").text

    def choose(self, path=IMAGE):
        self.find("#file").send_keys(str(path))

    def make_mask(self):
        self.find("#submit").click()
        self.wait(lambda: self.status().startswith("Done"), "the mask")

    def label(self, *names):
        self.choose()
        for name in names:
            self.find(f"#labels input[value={name}]").click()
        self.make_mask()

    def open_jobs(self):
        self.find("#tab-jobs").click()
        self.wait(lambda: self.all("#job-list button"), "the jobs")

    def check_width(self, width):
        """Nothing hangs over a window of this width."""
        assert self.run("return document.documentElement.scrollWidth") <= width

    def save(self, folder, name):
        if folder:
            self.browser.save_screenshot(str(folder / f"{name}.png"))

    def check_quiet(self, allowed=("422",)):
        """No complaint of the browser, and no request to anybody else."""
        complaints = [entry for entry in self.browser.get_log("browser")
                      if entry["level"] == "SEVERE" and not any(status in entry["message"] for status in allowed)]
        assert not complaints, complaints
        for entry in self.browser.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = message["params"]["request"]["url"]
                assert address.startswith((self.url, "data:", "blob:", "chrome:")), address


def get(url):
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


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
