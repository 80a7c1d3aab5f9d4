"""Files of sound: whole ones are read, and of all others it is said what is wrong."""

import io
import wave

import pytest

from speech.wav import NotSound, read_wav


def written(samples: bytes, rate: int = 8_000, width: int = 2, channels: int = 1) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setsampwidth(width)
        file.setnchannels(channels)
        file.setframerate(rate)
        file.writeframes(samples)
    return out.getvalue()


def test_a_whole_file_is_read() -> None:
    sound = read_wav(written(b"\x01\x00" * 4_000))
    assert (sound.samples, sound.rate, sound.seconds) == (b"\x01\x00" * 4_000, 8_000, 0.5)


WRONG = {
    "cut short": written(b"\x01\x00" * 4_000)[:-1_000],
    "no sound in it": written(b""),
    "two channels": written(bytes(400), channels=2),
    "eight bits": written(bytes(400), width=1),
    "too slow": written(bytes(400), rate=4_000),
    "empty": b"",
    "its beginning alone": written(bytes(400))[:20],
    "something else": b"<html>Not Found</html>" * 10,
    "a length that is not there": b"RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00" + b"\xff" * 16,
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_whole_file_is_refused_in_words(name: str) -> None:
    with pytest.raises(NotSound) as told:
        read_wav(WRONG[name])
    assert len(str(told.value)) > 10
