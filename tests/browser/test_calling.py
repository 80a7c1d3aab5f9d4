"""Calls from the browser, from the button to the row in SQL."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import OpenPhone
from tests.browser.telephone import Telephone
from tests.end_to_end.running import Filed, Hotline, numbers_in

PHONES = 20
# Milliseconds: twenty people do not press in the same instant, and one machine is also their browser.
BETWEEN = 100
WITHHELD = "anonymous"
BUDI, WEI, ALICE = "+6281234567802", "+6281234567804", "+6281234567805"
ALICE_ACCOUNT, ALICE_PIN = "1002003059", "158632"


def stop_my_money(phone: Telephone) -> str:
    """From the greeting to the ticket that stops one's money; its number."""
    phone.answer("1")
    phone.answer("9")
    return phone.ticket()


def test_from_the_call_button_to_a_ticket_that_is_a_row(phone: Telephone, hotline: Hotline) -> None:
    phone.call(BUDI)
    number = stop_my_money(phone)
    sid = phone.sid()
    phone.answer("1")
    phone.press("1#")
    phone.await_said("A person's telephone rings")
    assert number in numbers_in(phone.said())
    assert hotline.tickets([sid]) == [Filed(sid, number, "stop-my-money", partial=False)]
    told = phone.hang_up()
    assert "You hung up." in told
    assert f"{number[:3]} {number[3:6]} {number[6:]}" in told


def test_by_keyboard_alone(phone: Telephone, hotline: Hotline) -> None:
    keyboard = phone.page.keyboard
    phone.page.focus("#from")
    # A list is chosen from by typing, and the keypad leaves those letters alone.
    keyboard.type("Wei")
    while phone.page.evaluate("document.activeElement.id") != "call":
        keyboard.press("Tab")
    keyboard.press("Enter")
    phone.await_listening(1)
    for key in "19":
        before = phone.turns()
        keyboard.press(key)
        phone.await_listening(before + 1)
    number, sid = phone.ticket(), phone.sid()
    keyboard.press("Escape")
    assert "You hung up." in phone.await_end()
    assert [filed.number for filed in hotline.tickets([sid])] == [number]
    assert phone.page.evaluate("document.activeElement.id") == "summary-title"
    keyboard.press("Tab")
    keyboard.press("Enter")
    phone.await_listening(1)
    assert phone.sid() != sid
    keyboard.press("Escape")
    phone.await_end()


def test_a_second_call_from_the_same_number_hears_the_state_of_the_ticket(phone: Telephone) -> None:
    phone.call("+6281234567811")
    number = stop_my_money(phone)
    phone.answer("1")
    phone.hang_up()
    phone.page.get_by_role("button", name="Call again").click()
    phone.await_listening(1)
    # The language of the first call is remembered.
    phone.answer("1")
    phone.answer("4")
    phone.answer(number)
    phone.answer("7811#")
    phone.await_said("It is waiting for one of our people to take it up.")
    phone.hang_up()


def test_hanging_up_in_the_middle_is_heard_and_leaves_a_partial_ticket(
    phone: Telephone, hotline: Hotline
) -> None:
    phone.call("+6281234567812")
    for key in "111":
        phone.answer(key)
    sid = phone.sid()
    phone.hang_up()
    assert hotline.ends_heard([sid]) == [sid]
    (filed,) = hotline.tickets([sid])
    assert (filed.topic, filed.partial) == ("failed-payment", True)


def test_who_withholds_the_number_is_asked_for_one(phone: Telephone, hotline: Hotline) -> None:
    phone.call(WITHHELD)
    number = stop_my_money(phone)
    sid = phone.sid()
    phone.await_said("Please type the telephone number that we should call")
    phone.answer("081234567899#")
    phone.answer("1")
    phone.hang_up()
    assert [filed.number for filed in hotline.tickets([sid])] == [number]


def test_a_wrong_number_of_ones_own_is_refused_in_plain_words(phone: Telephone) -> None:
    phone.choose("0812")
    phone.page.click("#call")
    assert "begins with +" in phone.page.inner_text("#alarm")
    assert phone.page.evaluate("document.activeElement.id") == "free-number"


def test_a_pin_is_dots_and_nowhere_in_the_page(phone: Telephone) -> None:
    phone.call("+6281234567813")
    for key in "1221":
        phone.answer(key)
    phone.answer(ALICE_ACCOUNT)
    phone.press(ALICE_PIN[:3])
    expect(phone.page.locator("#typed-keys")).to_have_text("•••")
    phone.answer(ALICE_PIN[3:])
    assert "•" * len(ALICE_PIN) in phone.said()
    phone.hang_up()
    html = phone.page.evaluate("document.documentElement.outerHTML")
    # The customer's card knows it before anybody types it: here nobody's card is open.
    assert phone.page.locator("#card").is_hidden()
    assert ALICE_PIN not in html
    assert ALICE_ACCOUNT in html


@pytest.mark.timeout(180)
def test_twenty_phones_at_once_each_get_a_ticket_of_their_own(
    context: BrowserContext, opened: OpenPhone, hotline: Hotline
) -> None:
    # By keyboard: a browser draws a page that is not in front once a second, and a click waits for that.
    context.add_init_script("localStorage.setItem('sound', 'false')")
    phones = [opened(wait=False) for _ in range(PHONES)]
    for place, phone in enumerate(phones):
        phone.await_ready()
        phone.choose(f"+62812345679{place:02}")
    for phone in phones:
        phone.page.focus("#call")
        phone.page.keyboard.press("Enter")
    for turns, key in enumerate("19", start=1):
        for phone in phones:
            phone.await_listening(turns)
        for phone in phones:
            phone.page.keyboard.press(key)
            phone.page.wait_for_timeout(BETWEEN)
    for phone in phones:
        phone.await_said("Once more")
    numbers = {phone.sid(): numbers_in(phone.said())[0] for phone in phones}
    for phone in phones:
        phone.page.keyboard.press("Escape")
    for phone in phones:
        phone.await_end()
    assert len(set(numbers.values())) == PHONES
    assert {filed.call: filed.number for filed in hotline.tickets(numbers)} == numbers
