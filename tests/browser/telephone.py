"""The telephone page as a person uses it: choose, call, press keys when it listens, read what is said."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, expect

# Real seconds. The hotline is asked through real processes on a machine that does other things too.
LIMIT = 15.0
SPEAKING = 2_000  # milliseconds
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@dataclass(slots=True)
class Telephone:
    """One page with the telephone; what its console and its network said is kept."""

    page: Page
    exchange: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def open(self, path: str = "/phone") -> Telephone:
        """Listen to everything the page says, then load it."""
        self.page.set_default_timeout(LIMIT * 1_000)
        # Not the method itself: playwright marks what it is given, and a slot takes no mark.
        self.page.on("console", lambda message: self._hear(message))  # noqa: PLW0108
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("websocket", lambda socket: self._asked(socket.url))
        self.page.goto(self.exchange + path, wait_until="commit")
        return self

    def await_ready(self) -> None:
        """The lists of callers and numbers are filled."""
        self.page.locator("#desk[data-ready=yes]").wait_for()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _asked(self, url: str) -> None:
        if urlsplit(url).netloc != urlsplit(self.exchange).netloc and not url.startswith(("data:", "blob:")):
            self.foreign.append(url)

    def mute(self) -> None:
        """No sound. Time passes as it does."""
        if self.page.get_attribute("#sound", "aria-pressed") == "true":
            self.page.click("#sound")

    def hurry(self) -> None:
        """Words and rings pass eight times as fast, and without sound."""
        if self.page.get_attribute("#hurry", "aria-pressed") == "false":
            self.page.click("#hurry")

    def choose(self, from_: str) -> None:
        """Call from a customer, "anonymous", or any other number."""
        offered = self.page.locator("#from option").evaluate_all("all => all.map(one => one.value)")
        if from_ in offered:
            self.page.select_option("#from", from_)
        else:
            self.page.select_option("#from", "free")
            self.page.fill("#free-number", from_)

    def call(self, from_: str | None = None) -> None:
        """Call, and wait until the hotline listens."""
        if from_ is not None:
            self.choose(from_)
        self.page.click("#call")
        self.await_listening(1)

    def turns(self) -> int:
        """How many documents the hotline was asked for in this call."""
        return self.page.locator("#turns > li").count()

    def press(self, keys: str) -> int:
        """Press keys on the keypad; how many documents there were before."""
        before = self.turns()
        for key in keys:
            name = {"*": "star", "#": "hash"}.get(key, key)
            self.page.get_by_role("button", name=name, exact=True).click()
        return before

    def answer(self, keys: str, wants: str = "keys") -> None:
        """Press keys and wait until the hotline, having thought about them, listens again."""
        self.await_listening(self.press(keys) + 1, wants)

    def await_listening(self, turns: int, wants: str = "keys") -> None:
        """The call has had so many documents, and waits for keys or a voice."""
        self.page.locator(f"#desk[data-listens={wants}]:has(#turns > li:nth-child({turns}))").wait_for()

    def said(self) -> str:
        """All that was said, as it stands in the conversation."""
        return self.page.inner_text("#lines")

    def await_said(self, words: str) -> None:
        """Wait until the conversation holds these words."""
        expect(self.page.locator("#lines")).to_contain_text(re.compile(words), timeout=LIMIT * 1_000)

    def say(self, words: str) -> None:
        """Type a message, have it spoken, and end the recording by hash before it is said to its end."""
        before = self.turns()
        self.page.fill("#say-words", words)
        self.page.get_by_role("button", name="Say it").click()
        self.await_said("You say: " + re.escape(words))
        self.page.wait_for_timeout(SPEAKING)
        self.press("#")
        self.await_said("Recorded:")
        self.await_listening(before + 1)

    def ticket(self) -> str:
        """The number of the newest ticket on the page."""
        card = self.page.locator("#lines .ticket").last
        card.wait_for()
        return str(card.get_attribute("data-ticket"))

    def await_end(self) -> str:
        """Wait for the end of the call; how the page tells it."""
        self.page.locator("#summary:not([hidden])").wait_for()
        return self.page.inner_text("#summary")

    def hang_up(self) -> str:
        """Put the handset down; how the page tells the end."""
        self.page.click("#leave")
        return self.await_end()

    def sid(self) -> str:
        """The call's SID, as the way to the book names it."""
        return str(self.page.get_attribute("#to-book", "href")).rpartition("call=")[2]

    def violations(self, *rules: str) -> list[str]:
        """What axe finds wrong with the page as it is now, by these rules or by all."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text("utf-8"))
        asked = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
        found = self.page.evaluate("asked => axe.run(asked)", asked)["violations"]
        return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found]
