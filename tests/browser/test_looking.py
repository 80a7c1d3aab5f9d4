"""How the pages are for everybody: small and wide screens, light and dark, a screen reader, a look inside."""

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Response, expect

from tests.browser.conftest import NARROW, WIDE, OpenPhone, exchange_of
from tests.browser.telephone import AXE, LIMIT, Telephone
from tests.end_to_end.running import Hotline
from tests.servers import missing

SMALLEST_TARGET = 44  # pixels
COLOUR_RULES = ("color-contrast", "link-in-text-block")


@pytest.fixture
def axe() -> None:
    """axe-core comes by npm. None here: skip at home, fail in CI."""
    if not AXE.exists():
        missing("no axe-core here (npm ci brings it)")


def judged(phone: Telephone, size: tuple[int, int]) -> list[str]:
    """What axe finds in light, and of the rules about colour in dark: nothing else differs there.

    Colours are the same on every screen: in dark one is enough.
    """
    found = phone.violations()
    if size == WIDE:
        return found
    phone.page.click("#dark[aria-pressed=false]")
    found += phone.violations(*COLOUR_RULES)
    phone.page.click("#dark[aria-pressed=true]")
    return found


@pytest.mark.usefixtures("axe")
@pytest.mark.timeout(120)
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_axe_finds_nothing_before_in_and_after_a_call(
    browser: Browser, hotline: Hotline, size: tuple[int, int]
) -> None:
    screen = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=screen, color_scheme="light", reduced_motion="reduce")  # type: ignore[arg-type]
    phone = Telephone(context.new_page(), exchange_of(hotline)).open()
    phone.await_ready()
    phone.hurry()
    phone.page.locator("#inside > summary").click()
    found = {"before": judged(phone, size)}
    # A number for each: the hotline remembers the language of a number.
    phone.call(f"+6281234567{size[0]}")
    phone.answer("1")
    found["in"] = judged(phone, size)
    phone.answer("4")
    phone.answer("3", wants="voice")
    found["recording"] = judged(phone, size)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    phone.say("Fewer menus.")
    phone.answer("1")
    phone.ticket()
    phone.hang_up()
    found["after"] = judged(phone, size)
    book = Telephone(context.new_page(), exchange_of(hotline)).open("/book")
    book.page.locator("#sheet svg").wait_for()
    found["book"] = judged(book, size)
    assert found == {"before": [], "in": [], "recording": [], "after": [], "book": []}
    # Its own styles are what the policy complains about here; the other tests hear no complaint.
    assert (phone.foreign, book.foreign) == ([], [])
    context.close()


def test_on_a_small_screen_the_keys_stay_in_reach_and_nothing_scrolls_sideways(
    browser: Browser, hotline: Hotline
) -> None:
    context = browser.new_context(viewport={"width": NARROW[0], "height": NARROW[1]}, has_touch=True)
    phone = Telephone(context.new_page(), exchange_of(hotline)).open()
    phone.await_ready()
    phone.mute()
    phone.page.get_by_role("button", name="Call", exact=True).tap()
    phone.await_listening(1)
    phone.page.get_by_role("button", name="1", exact=True).tap()
    phone.await_listening(2)
    phone.page.locator("#inside > summary").click()
    # A key is smaller while it is down.
    expect(phone.page.locator(".key.down")).to_have_count(0)
    for button in [*phone.page.locator(".key").all(), phone.page.locator("#leave")]:
        button.evaluate("it => Promise.all(it.getAnimations().map((motion) => motion.finished))")
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= SMALLEST_TARGET
        assert (box["x"] >= 0, box["y"] >= 0) == (True, True)
        assert (box["x"] + box["width"] <= NARROW[0], box["y"] + box["height"] <= NARROW[1]) == (True, True)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    phone.page.locator("#leave").tap()
    phone.await_end()
    context.close()


def test_what_happens_inside_is_told_turn_by_turn(phone: Telephone) -> None:
    phone.page.locator("#inside > summary").click()
    phone.call("+6281234567832")
    phone.answer("1")
    phone.answer("9")
    turn = phone.page.locator(".turn[data-turn='2']")
    expect(turn).to_contain_text("stop-my-money.opened", timeout=LIMIT * 1_000)
    told = turn.inner_text()
    assert "POST /voice/calls/" in told
    assert "<Gather" in told.replace("< ", "<")
    assert "keys 9" in told
    assert turn.locator(".ticket").count() == 1
    expect(turn.locator(".fields dd").first).to_have_text("9")
    phone.hang_up()
    assert phone.page.evaluate("localStorage.getItem('inside')") == "open"


def test_words_stand_in_their_own_language(phone: Telephone) -> None:
    phone.call("+6281234567833")
    sentences = phone.page.locator(".sentence[lang^=zh]")
    sentences.first.wait_for()
    assert "请按" in sentences.first.inner_text()
    phone.hang_up()


def test_sentences_are_heard_from_the_machine_and_never_in_a_hurry(opened: OpenPhone) -> None:
    phone = opened()
    voices = httpx.get(f"{phone.exchange}/exchange/voices", trust_env=False).json()
    sounds: list[int] = []

    def heard(reply: Response) -> None:
        if "/sounds/" in reply.url:
            sounds.append(reply.status)

    phone.page.on("response", heard)
    phone.call("+6281234567836")
    note = phone.page.locator("#voice-note")
    expect(note).to_contain_text("espeak-ng" if voices["espeak"] else "Silent")
    phone.answer("1")
    phone.hurry()
    phone.answer("1")
    expect(note).to_have_text("In a hurry: the sound is off.")
    phone.hang_up()
    assert bool(sounds) == voices["espeak"]
    assert set(sounds) <= {200, 206}


def test_without_any_voice_it_is_silent_and_says_so(context: BrowserContext, opened: OpenPhone) -> None:
    context.route("**/exchange/voices", lambda route: route.fulfill(json={"espeak": False, "languages": []}))
    phone = opened()
    phone.call("+6281234567837")
    expect(phone.page.locator("#voice-note")).to_have_text(
        "Silent: neither this machine nor your browser has a voice for English."
    )
    phone.page.click("#sound")
    phone.answer("1")
    expect(phone.page.locator("#voice-note")).to_have_text("The sound is switched off.")
    phone.hang_up()


def test_the_look_follows_the_system_until_it_is_chosen(browser: Browser, hotline: Hotline) -> None:
    context = browser.new_context(color_scheme="dark")
    phone = Telephone(context.new_page(), exchange_of(hotline)).open()
    phone.await_ready()
    assert phone.page.get_attribute("html", "data-theme") == "dark"
    phone.page.click("#dark")
    assert phone.page.get_attribute("html", "data-theme") == "light"
    phone.page.reload()
    assert phone.page.get_attribute("html", "data-theme") == "light"
    context.close()


def test_the_book_lights_where_a_call_stands(phone: Telephone) -> None:
    phone.call("+6281234567834")
    phone.answer("1")
    with phone.page.context.expect_page() as opening:
        phone.page.click("#to-book")
    book = opening.value
    expect(book.locator("#node-main.now")).to_be_visible(timeout=LIMIT * 1_000)
    assert book.locator("#node-language.passed").count() == 1
    phone.answer("1")
    expect(book.locator("#node-payments.now")).to_be_visible(timeout=LIMIT * 1_000)
    phone.hang_up()
    # The next call is followed without being asked.
    phone.call("+6281234567835")
    expect(book.locator("#node-language.now")).to_be_visible(timeout=LIMIT * 1_000)
    assert book.locator(".node.passed").count() < 3
    phone.hang_up()


def test_a_node_of_the_book_is_found_and_the_drawing_grows(opened: OpenPhone) -> None:
    page = opened(path="/book").page
    page.locator("#sheet svg").wait_for()
    page.fill("#node", "feedback")
    page.keyboard.press("Enter")
    expect(page.locator("#node-feedback.found")).to_be_in_viewport()
    page.fill("#node", "nowhere")
    page.keyboard.press("Enter")
    expect(page.locator("#alarm")).to_have_text("There is no node nowhere in this book.")
    width = float(str(page.get_attribute("#sheet svg", "width")))
    page.get_by_role("button", name="Larger").click()
    assert float(str(page.get_attribute("#sheet svg", "width"))) > width
