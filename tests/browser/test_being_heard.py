"""Somebody talks to the hotline from the browser, and is understood: the page tells both sides of it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPhone
from tests.browser.telephone import LIMIT

SAID = "I would like to ask about a payment that failed in a shop"  # longer than one wait, which is a second


@pytest.mark.usefixtures("heard")
def test_what_is_said_leads_on_and_nobody_is_told_that_nothing_came(opened: OpenPhone) -> None:
    phone = opened()
    phone.mute()
    phone.page.locator("#inside > summary").click()
    phone.call("+6281234567836")
    phone.answer("1")
    phone.page.fill("#say-words", SAID)
    phone.page.get_by_role("button", name="Say it").click()
    turn = phone.page.locator(".turn[data-turn='2']")
    expect(turn).to_contain_text("voice, by pocketsphinx", timeout=LIMIT * 1_000)
    # She was waited for while she spoke; that was silence for the carrier.
    assert phone.page.get_by_text("On the way to turn 2", exact=True).count() > 1
    assert phone.page.get_by_text("No turn yet", exact=True).count() == 0
    said = phone.said()
    assert f"You say: {SAID}" in said
    assert "Nothing came in time." not in said
    phone.hang_up()
