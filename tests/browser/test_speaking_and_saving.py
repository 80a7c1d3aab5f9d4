"""What a person says to the hotline from the browser; a call that is saved, and played again."""

import wave
from array import array
from io import BytesIO
from pathlib import Path

import httpx
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import OpenPhone
from tests.browser.telephone import LIMIT, Telephone
from tests.end_to_end.running import TOKEN, Hotline
from tests.exchange.ear import Ear, decoded, listening

LOUD = 1_000  # of 32767: more than the hiss of a silent line
TOLD = 2_200  # milliseconds of speaking


def to_the_recording(phone: Telephone, from_: str) -> None:
    """To where an idea is told."""
    phone.call(from_)
    phone.answer("1")
    phone.answer("4")
    phone.answer("3", wants="voice")


def recorded(phone: Telephone) -> tuple[float, int]:
    """How long the caller's recording is in seconds, and how loud."""
    calls = f"{phone.exchange}/exchange/calls/{phone.sid()}"
    events = httpx.get(f"{calls}/events", params={"after": "0"}, trust_env=False).json()
    (sid,) = (one["recording"] for one in events if one["kind"] == "recorded")
    sound = httpx.get(f"{calls}/recordings/{sid}", trust_env=False)
    assert sound.headers["content-type"].startswith("audio/")
    with wave.open(BytesIO(sound.content)) as file:
        frames = file.readframes(file.getnframes())
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8_000, 2, 1)
    return len(frames) / 16_000, max(abs(sample) for sample in array("h", frames))


def test_a_typed_message_is_spoken_and_recorded(phone: Telephone) -> None:
    to_the_recording(phone, "+6281234567821")
    phone.say("A wallet that rounds up what I pay and saves the rest.")
    seconds, loudness = recorded(phone)
    assert seconds > 1.5
    assert loudness > LOUD
    phone.answer("1")
    assert phone.ticket() in phone.hang_up().replace(" ", "")


def test_the_microphone_is_heard_until_the_caller_is_done(phone: Telephone) -> None:
    to_the_recording(phone, "+6281234567822")
    phone.page.get_by_role("button", name="Use the microphone").click()
    done = phone.page.get_by_role("button", name="I am done")
    done.wait_for()
    phone.page.wait_for_timeout(TOLD)
    done.click()
    phone.await_said("Recorded:")
    phone.await_listening(phone.turns())
    seconds, loudness = recorded(phone)
    assert 0.8 < seconds < LIMIT
    assert loudness > LOUD
    phone.hang_up()


def begin_a_stream(phone: Telephone, ear: Ear, account: str | None) -> None:
    """As if the document had begun one: somebody listens to the call."""
    address = f"{phone.exchange}/2010-04-01/Accounts/{account}/Calls/{phone.sid()}/Streams.json"
    told = {"Url": ear.url, "Name": "ears"}
    httpx.post(address, data=told, auth=(account or "", TOKEN), trust_env=False).raise_for_status()


def test_the_microphone_is_heard_live_while_somebody_listens(opened: OpenPhone, hotline: Hotline) -> None:
    phone = opened()
    phone.mute()
    phone.call("+6281234567826")
    expect(phone.page.locator("#speak-title")).to_have_text("Say something")
    with listening() as ear:
        begin_a_stream(phone, ear, hotline.settings.twilio_account_sid)
        expect(phone.page.locator("#speak-title")).to_have_text("The hotline hears you")
        phone.page.get_by_role("button", name="Use the microphone").click()
        ear.until(ear.heard)
        assert max(map(abs, decoded(ear.sound()))) > LOUD
        phone.page.get_by_role("button", name="Close the microphone").click()
        phone.hang_up()
        ear.until(lambda: ear.of("stop"))


def test_without_a_microphone_it_says_so_and_words_can_be_typed(phone: Telephone) -> None:
    refused = "() => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    phone.page.evaluate(f"() => {{ navigator.mediaDevices.getUserMedia = {refused} }}")
    to_the_recording(phone, "+6281234567823")
    phone.page.get_by_role("button", name="Use the microphone").click()
    expect(phone.page.locator("#microphone-note")).to_contain_text("Type what you say instead.")
    assert phone.page.evaluate("document.activeElement.id") == "say-words"
    phone.hang_up()


def saved_call(phone: Telephone, folder: Path) -> Path:
    """A call in which a PIN was typed, as a conversation file."""
    phone.call("+6281234567803")
    for key in "1221":
        phone.answer(key)
    phone.answer("1002003034")
    phone.answer("365018")
    phone.hang_up()
    with phone.page.expect_download() as coming:
        phone.page.get_by_role("link", name="Save as a conversation file").click()
    assert coming.value.suggested_filename.endswith(".toml")
    coming.value.save_as(folder / "call.toml")
    return folder / "call.toml"


def play(phone: Telephone, file: Path) -> str:
    """Play a file; what the page says about it."""
    phone.page.locator("#play > summary").click()
    phone.page.set_input_files("#play-file", file)
    phone.page.get_by_role("button", name="Play", exact=True).click()
    phone.await_listening(1)
    return phone.await_end()


def test_a_call_is_saved_without_its_secret_and_played_again(phone: Telephone, tmp_path: Path) -> None:
    file = saved_call(phone, tmp_path)
    text = file.read_text("utf-8")
    assert ("365018" in text, 'presses = "{pin}"' in text) == (False, True)
    phone.page.get_by_role("button", name="Play it again").click()
    phone.await_listening(1)
    assert "were heard as the file says" in phone.await_end()


def test_a_file_that_expects_something_else_is_told_where_it_differs(
    phone: Telephone, tmp_path: Path
) -> None:
    file = tmp_path / "other.toml"
    file.write_text(
        'title = "Another menu"\nat = 2026-11-24T10:00:00+07:00\n\n'
        '[[turn]]\nhears = ["welcome", "language", "language", "language"]\npresses = "{language}"\n\n'
        '[[turn]]\nhears = ["privacy", "keys", "payments"]\nhangs_up = true\n',
        encoding="utf-8",
    )
    phone.choose("+6281234567824")
    told = play(phone, file)
    assert "Turn 2 differs. Expected: privacy, keys, payments. Heard: privacy, keys, main." in told


def test_what_is_no_conversation_is_refused_in_plain_words(phone: Telephone, tmp_path: Path) -> None:
    file = tmp_path / "nothing.toml"
    file.write_text("title = 'nothing'\n", encoding="utf-8")
    phone.page.locator("#play > summary").click()
    phone.page.set_input_files("#play-file", file)
    phone.page.get_by_role("button", name="Play", exact=True).click()
    expect(phone.page.locator("#alarm")).to_contain_text("The file cannot be played")
    # The exchange's refusal is the browser's one complaint.
    assert [one for one in phone.complaints if "422" not in one] == []
    phone.complaints.clear()


def test_a_line_that_drops_is_taken_up_again(context: BrowserContext, opened: OpenPhone) -> None:
    sockets = []

    def through(socket):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - playwright's own shape
        socket.connect_to_server()
        sockets.append(socket)

    context.route_web_socket("**/exchange/line**", through)
    phone = opened()
    phone.mute()
    phone.call("+6281234567825")
    sockets[0].close()
    expect(phone.page.locator("#news")).to_have_text("The line is back.", timeout=LIMIT * 1_000)
    phone.answer("1")
    assert len(sockets) == 2
    phone.hang_up()
