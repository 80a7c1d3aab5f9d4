"""Voices: every language speaks about as long as reckoned, and a program that fails only leaves it silent."""

import asyncio
import time
from pathlib import Path

import pytest

from exchange.flite import NoVoice
from exchange.recordings import tone, wav_seconds
from exchange.twiml.speech import speaking_seconds
from exchange.voices import LONGEST_TEXT, MOST_AT_ONCE, PROGRAM, Voices
from tests.servers import program

SENTENCES = {
    "en-GB": "Welcome to the hotline. For payments and refunds, press one. For your account, press two.",
    "zh-CN": "欢迎致电客户服务热线。付款和退款请按一，账户问题请按二。",
    "id-ID": "Selamat datang di layanan pelanggan. Untuk pembayaran dan pengembalian dana, tekan satu.",
}


def real_voices() -> Voices:
    return Voices(program(PROGRAM, "espeak-ng"))


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_lasts_about_as_long_as_it_is_reckoned(language: str) -> None:
    voices, text = real_voices(), SENTENCES[language]
    reckoned = speaking_seconds(text)
    spoken = wav_seconds(asyncio.run(voices.say(text, language, reckoned)))
    assert spoken == pytest.approx(reckoned, rel=0.15)


@pytest.mark.parametrize("seconds", [0.5, 60.0, 0.0])
def test_a_sentence_is_never_spoken_too_fast_or_too_slow_to_understand(seconds: float) -> None:
    voices, text = real_voices(), SENTENCES["en-GB"]
    spoken = wav_seconds(asyncio.run(voices.say(text, "en", seconds)))
    assert spoken is not None
    assert 3 < spoken < 12


@pytest.mark.parametrize(
    "text", ["-v id --version", "; rm -rf /", "$(id)", "<speak>one</speak> & [[two]]", "one\x00two", "1"]
)
def test_a_text_is_only_ever_spoken(text: str) -> None:
    assert (wav_seconds(asyncio.run(real_voices().say(text, "en"))) or 0) > 0.1


@pytest.mark.parametrize(
    ("text", "language", "why"),
    [
        ("bonjour", "fr-FR", "no voice for the language"),
        ("", "en", "spoke no sound"),
        ("x" * (LONGEST_TEXT + 1), "en", "is not spoken"),
    ],
)
def test_what_nobody_can_speak_is_told(text: str, language: str, why: str) -> None:
    with pytest.raises(NoVoice, match=why):
        asyncio.run(real_voices().say(text, language))


def stand_in(folder: Path, does: str) -> str:
    """A program of a few lines in the place of the real one."""
    path = folder / "voice"
    path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("sleep 30", "timed out"),
        ("echo broken >&2; exit 3", "ended with 3: broken"),
        ("cat", "spoke no sound"),
        ("exit 0", "spoke no sound"),
    ],
)
def test_a_program_that_fails_leaves_a_sentence_unspoken(tmp_path: Path, does: str, why: str) -> None:
    began = time.monotonic()
    with pytest.raises(NoVoice, match=why):
        asyncio.run(Voices(stand_in(tmp_path, f"cat >/dev/null; {does}"), limit=0.5).say("text", "en"))
    assert time.monotonic() - began < 5


def test_a_program_that_is_gone_leaves_it_unspoken(tmp_path: Path) -> None:
    with pytest.raises(NoVoice, match="did not speak"):
        asyncio.run(Voices(str(tmp_path / "none")).say("text", "en"))


def test_one_sentence_for_twenty_telephones_is_spoken_once_and_two_at_a_time(tmp_path: Path) -> None:
    sound, runs = tmp_path / "sound.wav", tmp_path / "runs"
    sound.write_bytes(tone(1.0))
    runs.touch()
    does = f"cat >/dev/null; echo + >>{runs}; sleep 0.1; echo - >>{runs}; cat {sound}"
    voices = Voices(stand_in(tmp_path, does))

    async def scene() -> None:
        await asyncio.gather(*(voices.say(f"text {number % 4}", "en") for number in range(20)))
        await voices.say("text 1", "en")

    asyncio.run(scene())
    marks = runs.read_text("utf-8").split()
    assert marks.count("+") == 4
    running = [marks[: place + 1].count("+") - marks[: place + 1].count("-") for place in range(len(marks))]
    assert max(running) <= MOST_AT_ONCE
