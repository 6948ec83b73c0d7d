"""Where the service asks for a token, the page does too; elsewhere it does not speak of any."""
import subprocess

from driver import Page, serve
from selenium.webdriver.common.keys import Keys


def no_token(url):
    with Page(url) as page:
        assert not page.shows("#token-button") and not page.shows("#token-dialog")


def tokens(binary, work):
    """Asked for once a tab; a wrong one is told apart from none."""
    token = subprocess.check_output(
        [binary, "token", "ana", "--scopes", "read,label", "--file", str(work / "tokens")], text=True).strip()
    with serve(binary, work / "closed", "--token-file", str(work / "tokens")) as url:
        ask(url, token)


def ask(url, token):
    with Page(url, shows="#token-dialog[open]") as page:
        why = lambda: page.find("#token-why").text
        assert not page.all("#labels input") and page.shows("#token-button") and "asks for a token" in why()
        # No token is no answer, and none that cannot be one is sent.
        for given in ["", "wörd", "two words"]:
            page.find("#token").send_keys(given, Keys.ENTER)
            assert page.shows("#token-dialog"), given
            page.find("#token").clear()
        page.find("#token").send_keys("wrong", Keys.ENTER)
        page.wait(lambda: page.shows("#token-dialog") and "does not know this token" in why(), "the word about the wrong token")
        page.find("#token-dialog button[value=cancel]").click()
        page.wait(lambda: page.shows("#notice"), "the message")
        assert "Token button" in page.find("#notice").text
        page.find("#token-button").click()
        page.find("#token").send_keys(token, Keys.ENTER)
        page.wait(lambda: page.all("#labels input"), "the classes")
        assert not page.shows("#notice")
        page.choose()
        page.make_mask()
        page.browser.refresh()
        page.wait(lambda: page.all("#labels input"), "the classes, without another question")
        assert page.shows("#token-button") and token not in page.browser.page_source
        # Revoked since: told as a wrong one, and forgotten.
        page.run("sessionStorage.setItem('pseudolabel.token', 'revoked')")
        page.browser.refresh()
        page.wait(lambda: page.shows("#token-dialog") and "revoked" in why(), "the word about the old token")
        assert page.run("return sessionStorage.getItem('pseudolabel.token')") is None
