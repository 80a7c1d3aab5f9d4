"""Sounds: what is said to a caller, what the caller speaks or types, and what a recording keeps of it."""

import io
import struct
import wave
from collections.abc import Iterator

import httpx
import pytest

from exchange.exchange import Exchange
from exchange.flite import Flite
from exchange.recordings import tone, wav_seconds
from exchange.sound import NoSound, joined, silent_sound, telephone_sound
from exchange.surface.deeds import do
from exchange.voices import PROGRAM, Voices
from tests.exchange.conftest import CALLER, NUMBER
from tests.exchange.scripted_hotline import ScriptedHotline
from tests.exchange.sockets import line
from tests.servers import program

WAV = {"content-type": "audio/wav"}
RECORDS = {"/answer": '<Record action="/kept" timeout="2"/>', "/kept": "<Say>Thank you</Say>"}


@pytest.fixture
def client(exchange: Exchange) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=exchange.api_url, timeout=20) as client:
        yield client


def wav(frames: bytes, rate: int = 8_000, channels: int = 1, width: int = 2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate)
        writer.writeframes(frames)
    return file.getvalue()


def samples(sound: bytes) -> tuple[int, ...]:
    with wave.open(io.BytesIO(sound)) as reader:
        assert reader.getparams()[:3] == (1, 2, 8_000)
        frames = reader.readframes(reader.getnframes())
    return struct.unpack(f"<{len(frames) // 2}h", frames)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("width", [1, 2])
def test_a_sound_of_any_shape_becomes_one_of_the_line(rate: int, channels: int, width: int) -> None:
    # Half a second of a level, half of its opposite: the shape must survive whatever the numbers are.
    level = struct.pack("<h", 12_800) if width == 2 else bytes([128 + 50])
    below = struct.pack("<h", -12_800) if width == 2 else bytes([128 - 50])
    frames = level * channels * (rate // 2) + below * channels * (rate // 2)
    seconds, sound = telephone_sound(wav(frames, rate, channels, width))
    assert seconds == pytest.approx(1.0, abs=0.01)
    heard = samples(sound)
    assert len(heard) == pytest.approx(8_000, abs=5)
    # A filter rings where a level begins or ends, and nowhere else.
    assert set(heard[300:3_700]) <= set(range(12_700, 12_901))
    assert set(heard[4_300:7_700]) <= set(range(-12_900, -12_699))


def test_two_channels_become_their_mean() -> None:
    _, sound = telephone_sound(wav(struct.pack("<hh", 1000, -3000) * 8_000, channels=2))
    assert set(samples(sound)) == {-1000}


GOOD = wav(bytes(16_000))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not a WAV file"),
        (b"RIFF", "not a WAV file"),
        (b"ID3 an mp3 file" * 100, "not a WAV file"),
        (GOOD[:30], "not a WAV file"),
        (GOOD[:-7_000], "says that it holds"),
        (GOOD.replace(struct.pack("<I", 16_000), struct.pack("<I", 0x7FFFF000)), "says that it holds"),
        (wav(b""), "lasts 0.0 s"),
        (wav(bytes(1_000)), "lasts 0.1 s"),
        (wav(bytes(8_000 * 130), width=1), "lasts 130.0 s"),
        (wav(bytes(96_000), rate=96_000), "at 96000 Hz"),
        (wav(bytes(8_000), rate=4_000), "at 4000 Hz"),
        (wav(bytes(24_000), width=3), "24 bits"),
        (wav(bytes(48_000), channels=6), "6 channels"),
        (GOOD[:20] + b"\x03\x00" + GOOD[22:], "not a WAV file"),
    ],
)
def test_what_is_no_sound_is_refused(
    client: httpx.Client, hotline: ScriptedHotline, exchange: Exchange, body: bytes, why: str
) -> None:
    hotline.answers |= RECORDS
    with line(exchange, from_=CALLER, to=NUMBER) as held:
        refused = client.post(f"/exchange/calls/{held.sid}/sound", content=body, headers=WAV)
        held.do(hangup=True)
    assert refused.status_code == 422
    assert why in refused.json()["error"]


def test_a_body_that_is_too_large_or_of_another_type_is_refused(
    client: httpx.Client, hotline: ScriptedHotline, exchange: Exchange
) -> None:
    hotline.answers |= RECORDS
    with line(exchange, from_=CALLER, to=NUMBER) as held:
        place = f"/exchange/calls/{held.sid}/sound"
        large = client.post(place, content=bytes(4 * 1024 * 1024 + 1), headers=WAV)
        form = client.post(place, content=GOOD, headers={"content-type": "text/plain"})
        held.do(hangup=True)
    assert (large.status_code, form.status_code) == (422, 422)
    assert "bytes" in large.json()["error"]
    assert "audio/wav" in form.json()["error"]
    assert client.post("/exchange/calls/CA0/sound", content=GOOD, headers=WAV).status_code == 404


def test_what_a_microphone_took_is_what_is_recorded(
    client: httpx.Client, hotline: ScriptedHotline, exchange: Exchange
) -> None:
    hotline.answers |= RECORDS
    spoken = wav(struct.pack("<h", 5_000) * 48_000 * 3, rate=48_000)
    with line(exchange, from_=CALLER, to=NUMBER) as held:
        held.until("listening")
        assert (
            client.post(f"/exchange/calls/{held.sid}/sound", content=spoken, headers=WAV).status_code == 204
        )
        recorded = held.until("recorded")
        held.to_the_end()
    assert recorded["seconds"] == 3
    sound = client.get(f"/exchange/calls/{held.sid}/recordings/{recorded['recording']}")
    assert sound.headers["content-type"] == "audio/wav"
    assert set(samples(sound.content)[300:-300]) <= set(range(4_950, 5_051))
    assert client.get(f"/exchange/calls/CA0/recordings/{recorded['recording']}").status_code == 404
    assert client.get(f"/exchange/calls/{held.sid}/recordings/REx").status_code == 404


def test_two_sentences_become_one_recording_cut_where_the_caller_ended_it() -> None:
    both = joined([tone(1.0), silent_sound(1.0)], 1.5)
    assert wav_seconds(both) == pytest.approx(1.5)
    assert set(samples(both)[8_000:]) == {0}
    with pytest.raises(NoSound):
        joined([b"no sound"], 1.0)


def test_what_is_said_can_be_heard(
    client: httpx.Client, hotline: ScriptedHotline, exchange: Exchange
) -> None:
    program(PROGRAM, "espeak-ng")
    hotline.answers |= {"/answer": "<Say>Welcome to the hotline, how can we help you?</Say>"}
    record = exchange.call(from_=CALLER, to=NUMBER)
    saying = next(event for event in record.events if event.kind == "saying")
    sounds = f"/exchange/calls/{record.sid}/sounds"
    sound = client.get(f"{sounds}/{saying.sequence}")
    assert (sound.status_code, sound.headers["content-type"]) == (200, "audio/wav")
    assert wav_seconds(sound.content) == pytest.approx(saying.details["seconds"], rel=0.25)
    for other in (0, saying.sequence + 1, 10_000):
        assert client.get(f"{sounds}/{other}").status_code == 404
    assert client.get(f"{sounds}/-1").status_code == 404
    told = client.get("/exchange/voices").json()
    assert told == {"espeak": True, "languages": ["en", "zh", "id"]}


def test_typed_words_are_spoken_into_the_recording(
    client: httpx.Client, hotline: ScriptedHotline, exchange: Exchange
) -> None:
    program(PROGRAM, "espeak-ng")
    hotline.answers |= RECORDS
    with line(exchange, from_=CALLER, to=NUMBER) as held:
        held.until("listening")
        held.do(says="My payment did not arrive, please call me back.", language="en")
        recorded = held.until("recorded")
        held.to_the_end()
    sound = client.get(f"/exchange/calls/{held.sid}/recordings/{recorded['recording']}").content
    heard = samples(sound)
    assert max(heard) > 2_000
    assert recorded["seconds"] == pytest.approx(len(heard) / 8_000, abs=0.6)


def test_without_a_voice_typed_words_are_silence_as_long_and_the_tape_says_so(
    hotline: ScriptedHotline, exchange: Exchange
) -> None:
    hotline.answers |= RECORDS
    handset = exchange.dial(from_=CALLER, to=NUMBER)
    handset.wait_for("listening")
    call = exchange.board.in_progress(handset.sid)
    assert call is not None
    exchange.run(do(call, {"says": "x" * 70, "language": "en"}, Voices(None, flite=Flite(None))))
    record = handset.until_over()
    (recorded,) = record.of("recorded")
    assert recorded["seconds"] == 5
    assert set(samples(exchange.board.recordings.audio(recorded["recording"]) or b"")) == {0}
    (note,) = record.of("note")
    assert note["what"].endswith("the program espeak-ng is not installed on this machine")
