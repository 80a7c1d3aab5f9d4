"""SIGTERM: nobody new is taken, and who is heard is heard to the end."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from speech import mailbox_keys as keys
from speech.requests import Alternative, Service
from speech.scripted import sound_of
from tests.speech.streaming import asked, awaited, scripted_process


def test_a_live_stream_goes_on_after_sigterm_while_the_door_is_shut(
    fresh_redis_url: str, tmp_path: Path
) -> None:
    with scripted_process(fresh_redis_url, tmp_path) as ears:
        with ears.stream(31) as stream:
            stream.begin()
            ears.process.send_signal(signal.SIGTERM)
            awaited(lambda: "no further call is heard" in ears.said())
            with pytest.raises(ConnectionError):
                ears.stream(32).__enter__()
            awaited(lambda: ears.mailbox.service() == Service({"en": "scripted"}, 0))
            time.sleep(keys.SERVICE_KEPT + 1)  # whose stream is open is heard on, as long as that is said
            assert ears.mailbox.service() == Service({"en": "scripted"}, 0)
            ears.ask(asked(stream.call, 1, "refund"))
            stream.quiet(0.5)
            stream.say(sound_of("refund", seconds=0.6))
            stream.quiet(0.6)
            assert ears.heard(stream.call, 1).alternatives == (Alternative("refund", 1.0),)
            assert ears.process.poll() is None
        assert ears.process.wait(20) == 0
        awaited(lambda: ears.mailbox.service() is None)


def test_the_word_of_the_process_that_comes_stays(fresh_redis_url: str, tmp_path: Path) -> None:
    coming = Service({"en": "scripted"}, 7)
    with scripted_process(fresh_redis_url, tmp_path) as ears, ears.stream(31) as stream:
        stream.begin()
        ears.process.send_signal(signal.SIGTERM)
        awaited(lambda: ears.mailbox.service() == Service({"en": "scripted"}, 0))
        ears.mailbox.serves(coming)
        time.sleep(keys.SERVICE_KEPT - 1)
        assert ears.mailbox.service() == coming
