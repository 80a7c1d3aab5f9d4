"""A caller's own message is played to whoever holds an open address of ours, and to nobody else."""

import io
import wave
from datetime import timedelta

import pytest

from exchange.recordings import tone
from ivr.handlers.recordings import silence
from tests.ivr.handlers.front import BASE, CALL, RECORDING, Front

WAV = tone(2.0)


def front() -> Front:
    return Front(audio={RECORDING: WAV})


def address(one: Front) -> str:
    return one.addresses.recording(CALL, RECORDING).removeprefix(BASE)


def test_an_open_address_plays_the_message() -> None:
    one = front()
    played = one.client.get(address(one))
    assert (played.status_code, played.content_type, played.data) == (200, "audio/x-wav", WAV)


def test_an_address_ends() -> None:
    one = front()
    made = address(one)
    one.pass_time(timedelta(hours=2).total_seconds() + 1)
    assert one.client.get(made).status_code == 403


@pytest.mark.parametrize(
    "changed",
    [
        lambda made: made.replace("proof=", "proof=0"),
        lambda made: made.replace(CALL, "CA" + "00" * 16),
        lambda made: made.replace(RECORDING, "RE" + "00" * 16),
        lambda made: made.partition("?")[0],
        lambda made: made.replace("until=", "until=1"),
        lambda made: made.replace("until=", "x="),
        lambda made: made.replace(RECORDING, "RE" + "%2e%2e%2f" * 10 + "ab"),
    ],
)
def test_a_changed_address_plays_nothing(changed: object) -> None:
    one = front()
    assert one.client.get(changed(address(one))).status_code in {403, 404}  # type: ignore[operator]


def test_a_message_that_cannot_be_fetched_is_a_moment_of_silence_and_no_end_of_the_call() -> None:
    one = Front()
    played = one.client.get(address(one))
    assert (played.status_code, played.content_type) == (200, "audio/x-wav")
    with wave.open(io.BytesIO(played.data)) as sound:
        assert sound.getnframes() / sound.getframerate() == 0.25
        assert set(sound.readframes(sound.getnframes())) == {0}
    assert played.data == silence()
