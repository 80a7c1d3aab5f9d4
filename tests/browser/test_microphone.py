"""A real microphone, as far as a browser has one here: what it hears leads the call on."""

from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from exchange.sound import as_wav
from tests import voices
from tests.browser.conftest import OpenPhone, chromium
from tests.browser.telephone import LIMIT, Telephone

SILENT = 60.0  # seconds behind the words; then they come again
CALLS = 3  # on a busy machine the microphone that Chromium makes may tear a word


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Somebody says a word a second after the microphone is opened."""
    place: Path = tmp_path_factory.mktemp("microphone") / "said.wav"
    said = voices.quiet(1.0) + voices.flite("payments") + voices.quiet(SILENT)
    place.write_bytes(as_wav(array("h", said)))
    with chromium(f"--use-file-for-fake-audio-capture={place}") as browser:
        yield browser


@pytest.mark.usefixtures("heard")
def test_what_the_microphone_hears_is_decided_by_the_call(opened: OpenPhone) -> None:
    assert any("payments" in heard(opened()) for _ in range(CALLS))


def heard(phone: Telephone) -> str:
    """What the second turn of a call tells of the word that the microphone hears."""
    phone.mute()
    phone.page.locator("#inside > summary").click()
    phone.call("+6281234567837")
    phone.answer("1")
    expect(phone.page.locator("#speak-title")).to_have_text("The hotline hears you", timeout=LIMIT * 1_000)
    phone.page.get_by_role("button", name="Use the microphone").click()
    turn = phone.page.locator(".turn[data-turn='2']")
    expect(turn).to_contain_text("voice, by pocketsphinx", timeout=LIMIT * 1_000)
    expect(turn).to_contain_text("% sure")
    told = turn.inner_text()
    phone.hang_up()
    return told
