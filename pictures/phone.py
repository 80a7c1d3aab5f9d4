"""The browser phone in a call, as a still picture and as a moving one."""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
STILL: ViewportSize = {"width": 1440, "height": 900}
MOVING: ViewportSize = {"width": 1120, "height": 760}
MOVING_WIDTH = 840  # pixels of the moving picture: readable, and small enough for a page
FRAME_EVERY = 0.7  # seconds between two frames, and how long each is shown
LAST_SECONDS = 5.0
COLOURS = 48
STEP_LIMIT = 60.0  # seconds until the words are heard that a key waits for
CALLER = "+6281234567805"  # the invented customer who speaks English


class NoBrowser(Exception):
    """No Chromium or Chrome is on the PATH."""


class NotHeard(Exception):
    """The call did not say what the picture waits for."""


@dataclass(frozen=True, slots=True)
class Press:
    """Words that the page must show, and the key that is then pressed; "" looks on for a moment."""

    after: str
    key: str


# In English, to the urgent ticket: what the hotline is there for. The second time the language is remembered.
AGAIN = (Press("For advice", "9"), Press("Once more", ""))
FIRST = (Press("For English, press 1", "1"), *AGAIN)


@contextmanager
def phone(address: str, size: ViewportSize) -> Iterator[Page]:
    """The page of the telephone in a browser, light, its caller chosen. NoBrowser where there is none."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        raise NoBrowser("no Chromium here; on Debian: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        context = browser.new_context(viewport=size, color_scheme="light", locale="en-GB")
        page = context.new_page()
        page.goto(f"{address}/phone")
        page.locator(f"#from option[value='{CALLER}']").wait_for(state="attached")
        page.locator("#from").select_option(CALLER)
        yield page
        browser.close()


def still(address: str, to: Path) -> None:
    """The phone at the moment when the ticket's number is read, the inside unfolded, in a second call."""
    with phone(address, STILL) as page:
        unfold(page)
        for _ in held(page, AGAIN):
            pass
        page.screenshot(path=to)


def moving(address: str, to: Path) -> None:
    """A caller's first call from its first ring, as an animated picture."""
    with phone(address, MOVING) as page:
        frames = [frame(page), *(frame(page) for _ in held(page, FIRST))]
    spans = [int(FRAME_EVERY * 1000)] * len(frames)
    spans[-1] = int(LAST_SECONDS * 1000)
    first, *others = frames
    first.save(to, save_all=True, append_images=others, duration=spans, loop=0, optimize=True)


def held(page: Page, steps: tuple[Press, ...]) -> Iterator[None]:
    """Call, press what the steps say, and come by every FRAME_EVERY seconds, to the last words."""
    page.locator("#call").click()
    for step in steps:
        until = time.monotonic() + STEP_LIMIT
        while step.after not in page.locator("#lines").inner_text():
            if time.monotonic() > until:
                raise NotHeard(f"{step.after!r} in {page.locator('#lines').inner_text()!r}")
            page.wait_for_timeout(FRAME_EVERY * 1000)
            yield
        if step.key:
            page.keyboard.press(step.key)
    page.wait_for_timeout(FRAME_EVERY * 1000)
    yield


def unfold(page: Page) -> None:
    """Open what happens inside, if it is folded away."""
    if page.locator("#inside[open]").count() == 0:
        page.locator("#inside > summary").click()


def frame(page: Page) -> Image.Image:
    """What the page looks like now, with few colours."""
    shot = Image.open(io.BytesIO(page.screenshot()))
    height = round(shot.height * MOVING_WIDTH / shot.width)
    small = shot.convert("RGB").resize((MOVING_WIDTH, height), Image.Resampling.LANCZOS)
    return small.quantize(COLOURS, dither=Image.Dither.NONE)
