"""A decoder that dies costs nobody a call, and nobody a miss."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from speech.births import Births
from speech.nursery import ANSWER
from speech.requests import Alternative, Heard
from speech.scripted import sound_of
from tests.speech.streaming import NO_PROCESS, CarrierStream, SpeechProcess, asked, awaited, scripted_process

TURNS = 5


@pytest.fixture
def ears(fresh_redis_url: str, tmp_path: Path) -> Iterator[SpeechProcess]:
    with scripted_process(fresh_redis_url, tmp_path) as running:
        yield running


def _spoken_over_a_kill(ears: SpeechProcess, stream: CarrierStream, turn: int) -> tuple[list[int], Heard]:
    """All decoders are killed in the middle of an utterance; who they were, and what is heard."""
    ears.ask(asked(stream.call, turn, "refund"))
    stream.quiet(0.5)
    stream.say(sound_of("refund", seconds=0.6))
    awaited(lambda: ears.mailbox.look(stream.call, turn).speaking)
    killed = ears.decoders()
    for decoder in killed:
        os.kill(decoder, signal.SIGKILL)
    stream.quiet(0.6)
    return killed, ears.heard(stream.call, turn)


def test_an_utterance_whose_decoder_is_killed_is_heard_by_another(ears: SpeechProcess) -> None:
    with ears.stream(21) as stream:
        stream.begin()
        before, heard = _spoken_over_a_kill(ears, stream, 1)
        # A decoder that took the words over before it was killed itself is the second: then they are lost.
        for turn in range(2, TURNS):
            if not heard.lost:
                break
            before, heard = _spoken_over_a_kill(ears, stream, turn)
        assert heard.alternatives == (Alternative("refund", 1.0),)
        awaited(lambda: len(ears.decoders()) == 2 and not set(before) & set(ears.decoders()))


def test_one_that_freezes_in_the_middle_is_replaced(ears: SpeechProcess) -> None:
    with ears.stream(22) as stream:
        stream.begin()
        ears.ask(asked(stream.call, 1, "refund"))
        stream.quiet(0.5)
        for decoder in ears.decoders():
            os.kill(decoder, signal.SIGSTOP)
        stream.say(sound_of("refund", seconds=0.6))
        stream.pace = 0.02  # a carrier goes on sending
        while ears.mailbox.look(stream.call, 1).heard is None:
            stream.quiet(0.2)
        assert ears.heard(stream.call, 1).alternatives == (Alternative("refund", 1.0),)


@pytest.mark.parametrize("word", ["abort", "early", "fault", "grow"])
def test_an_utterance_that_breaks_two_decoders_is_asked_for_by_keys(ears: SpeechProcess, word: str) -> None:
    with ears.stream(23) as stream, ears.stream(24) as other:
        for one in (stream, other):
            one.begin()
            ears.ask(asked(one.call, 1, word, "refund"))
            one.quiet(0.5)
        stream.say(sound_of(word, seconds=0.6))
        stream.quiet(0.6)
        heard = ears.heard(stream.call, 1)
        assert (heard.lost, heard.alternatives) == (True, ())
        awaited(lambda: f"{stream.call} 1" in ears.moves())
        other.say(sound_of("refund", seconds=0.6))
        other.quiet(0.6)
        assert ears.heard(other.call, 1).alternatives == (Alternative("refund", 1.0),)


def test_one_that_takes_long_over_an_utterance_is_not_taken_for_frozen(ears: SpeechProcess) -> None:
    with ears.stream(26) as stream:
        stream.begin()
        ears.ask(asked(stream.call, 1, "long"))
        stream.quiet(0.5)
        stream.say(sound_of("long", seconds=0.6))
        stream.quiet(0.6)
        assert ears.heard(stream.call, 1).alternatives == (Alternative("long", 1.0),)
        assert "a decoder is frozen" not in ears.said()


def test_a_decoder_is_replaced_after_so_many_utterances(fresh_redis_url: str, tmp_path: Path) -> None:
    with (
        scripted_process(fresh_redis_url, tmp_path, decoders=1, utterances=2) as ears,
        ears.stream(25) as stream,
    ):
        stream.begin()
        (first,) = ears.decoders()
        for turn in range(1, 6):
            ears.ask(asked(stream.call, turn, "refund"))
            stream.quiet(0.6)
            stream.say(sound_of("refund", seconds=0.6))
            stream.quiet(0.6)
            assert ears.heard(stream.call, turn).alternatives == (Alternative("refund", 1.0),)
        awaited(lambda: first not in ears.decoders() and len(ears.decoders()) == 1)
        assert "a decoder has died" not in ears.said()


def test_a_machine_without_a_process_to_give_is_asked_again_and_callers_have_their_keys(
    ears: SpeechProcess,
) -> None:
    with ears.stream(27) as stream:
        stream.begin()
        ears.no_process.touch()
        for decoder in ears.decoders():
            os.kill(decoder, signal.SIGKILL)
        awaited(lambda: ears.said().count("no decoder can be had now") >= 2)
        assert "fault='Resource temporarily unavailable'" in ears.said()
        assert "Traceback" not in ears.said()
        assert (ears.health()["free"], ears.health()["status"]) == (0, 503)
        ears.no_process.unlink()
        awaited(lambda: len(ears.decoders()) == 2)
        assert ears.health()["free"] > 0
        ears.ask(asked(stream.call, 1, "refund"))
        stream.quiet(0.5)
        stream.say(sound_of("refund", seconds=0.6))
        stream.quiet(0.6)
        assert ears.heard(stream.call, 1).alternatives == (Alternative("refund", 1.0),)


def test_a_speech_process_that_cannot_be_forked_at_once_is_forked_later(
    fresh_redis_url: str, tmp_path: Path
) -> None:
    none = tmp_path / NO_PROCESS
    none.touch()

    def mends() -> None:
        awaited(lambda: any("cannot be forked" in one.read_text("utf-8") for one in tmp_path.glob("*.log")))
        none.unlink()

    mending = threading.Thread(target=mends)
    mending.start()
    with scripted_process(fresh_redis_url, tmp_path) as ears:
        awaited(lambda: len(ears.decoders()) == 2)
        assert "Traceback" not in ears.said()
    mending.join()


def test_a_decoder_whose_socket_found_no_room_among_our_files_is_none() -> None:
    async def born(ours: socket.socket) -> tuple[int, socket.socket]:
        births = Births(ours)
        births.watch(lambda: None)
        return await births.decoder()

    ours, nursery = socket.socketpair()
    with ours, nursery:
        nursery.send(ANSWER.pack(4_711))  # what is left of an answer if its file is dropped on the way
        with pytest.raises(OSError, match="Too many open files"):
            asyncio.run(born(ours))


def test_the_end_of_the_parent_is_the_end_of_all(ears: SpeechProcess) -> None:
    family = [ears.server, *ears.decoders()]
    ears.process.kill()
    ears.process.wait()
    awaited(lambda: not any(Path(f"/proc/{one}").exists() for one in family))
