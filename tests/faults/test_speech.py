"""Faults 49 to 57: whatever happens to the hearing of a call, its keys go on."""

from __future__ import annotations

import os
import random
import signal
import time
from array import array
from collections.abc import Iterator
from math import sin, tau

import pytest

from exchange.faults import STREAM_CLOSED
from exchange.sound import as_wav
from processes.launch.readiness import await_that
from speech.mailbox_keys import SERVICE_KEPT
from speech.requests import RATE
from speech.server import SOCKETS_BESIDE
from tests.children import stopped
from tests.faults.hearing import URGENT, WITHIN, Hearing, may_open, raise_files, served_by_keys
from tests.faults.line import ENGLISH, Caller, on_sqlite
from tests.faults.telling import Fault
from tests.servers import missing, program
from tests.shipped import BOOK
from tests.speech.strangers import ABRUPT, STRANGERS, are_over, comes_in, idle_sockets

NOISY = 2  # seconds of each noise
STREAMS = 4  # that are heard at once
REPLACED_WITHIN = 10.0  # seconds until there is another decoder
KEYS_WITHIN = 3.0  # seconds until whoever comes is served by keys
BUSY = 10.0  # seconds that a busy machine is forgiven
IDLE_SOCKETS = 500
FILES = 1_500  # that one process may have open
GROWS_AT_MOST = 50_000_000  # bytes
ANSWERED_WITHIN = 5.0  # seconds from the end of words that are heard
PAYMENTS, FAILED = "payments", "a payment failed"
SILENCE = BOOK.wordings["en"].common.silence[0]  # told to whoever is served by keys
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def hearing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hearing]:
    folder = tmp_path_factory.mktemp("hearing")
    raise_files(FILES)
    told = {"SPEECH_MODELS": str(folder / "models"), "SPEECH_STREAMS": str(STREAMS)}
    with on_sqlite(folder, **told) as line:
        hearing = Hearing(line, folder / "speech.log")
        hearing.begin()
        yield hearing
        hearing.end()


@pytest.fixture
def voice() -> None:
    """Whoever speaks has one."""
    program("flite", "flite")


def moved(caller: Caller) -> int:
    """How often the call was moved to what its caller said."""
    return [event.kind for event in caller.phone.events(0, 0.0)].count("moved")


def test_fault_49_the_speech_process_is_gone(hearing: Hearing, fault: Fault) -> None:
    hearing.end(signal.SIGKILL)
    time.sleep(SERVICE_KEPT + 1)
    with hearing.line.carrier() as carrier:
        heard = served_by_keys(carrier)
    hearing.begin()
    fault.tells("The speech process is killed (kill -9) before the call", heard)


@pytest.mark.usefixtures("voice")
def test_fault_51_the_decoders_stand_still(hearing: Hearing, fault: Fault) -> None:
    with hearing.heard_caller() as caller:
        with stopped(*hearing.decoders()):
            caller.phone.say(PAYMENTS, "en")
            assert await_that(lambda: hearing.free() == 0, KEYS_WITHIN + BUSY, lambda: False)
            newcomer = served_by_keys(caller.carrier)
            heard = caller.press("1")
        assert moved(caller) == 0
    assert_heard(hearing)
    fault.tells("All decoders are stopped (SIGSTOP), a caller speaks, then presses 1", heard)
    fault.tells("Somebody calls while the decoders have stood still for some seconds", newcomer)


@pytest.mark.usefixtures("voice")
def test_fault_51_the_speech_process_stands_still(hearing: Hearing, fault: Fault) -> None:
    with hearing.heard_caller() as caller:
        with stopped(hearing.server):
            heard = caller.press("1")  # nobody knows of it yet
            heard += caller.say(FAILED)
            assert await_that(lambda: hearing.free() is None, SERVICE_KEPT + BUSY, lambda: False)
            newcomer = served_by_keys(caller.carrier)
        assert SILENCE in heard
        hearing.await_room()
        caller.press("*")
        assert await_that(lambda: hearing.is_open(caller.call), WITHIN, lambda: False)
    assert_heard(hearing)
    fault.tells("The process with the streams is stopped (SIGSTOP); a caller presses 1, then speaks", heard)
    fault.tells("Somebody calls while it has stood still for some seconds", newcomer)


@pytest.mark.usefixtures("voice")
def test_fault_51_four_times_as_many_speak_as_are_heard(hearing: Hearing, fault: Fault) -> None:
    hearing.await_room()
    with hearing.line.carrier() as carrier:
        crowd = [carrier.caller() for _ in range(4 * STREAMS)]
        counted, in_time = hearing.answers(), hearing.answers(ANSWERED_WITHIN)
        for one in crowd:
            one.key(ENGLISH)  # all of them at once
        for one in crowd:
            one.listen()
        assert await_that(lambda: all(is_settled(hearing, one) for one in crowd), WITHIN, lambda: False)
        lucky = [one for one in crowd if hearing.is_open(one.call)]
        assert 0 < len(lucky) <= STREAMS
        while len(lucky) < STREAMS:  # where a busy machine had no room for one of them
            lucky.append(hearing.caller(carrier))
            crowd.append(lucky[-1])
        assert await_that(lambda: hearing.free() == 0, WITHIN, lambda: False)
        newcomer = served_by_keys(carrier)
        for one in crowd:
            one.phone.say(PAYMENTS, "en")
        heard = {one.call: one.answered() for one in crowd}
        assert [one for one in crowd if moved(one)] == lucky
        assert hearing.answers() - counted == hearing.answers(ANSWERED_WITHIN) - in_time > 0
        for one in crowd:
            one.press(*URGENT)
            one.leave(STREAM_CLOSED)
            one.promised()
    unheard = next(heard[one.call] for one in crowd if one not in lucky)
    fault.tells(f"{4 * STREAMS} people speak where {STREAMS} are heard; one of those who are not", unheard)
    fault.tells(f"Somebody calls while {STREAMS} are heard, who are all that can be", newcomer)


def is_settled(hearing: Hearing, caller: Caller) -> bool:
    """Whether the caller's stream is open, was refused, or was not asked for."""
    told = [event.kind for event in caller.phone.events(0, 0.0)]
    return "<Stream" not in caller.document or "fault" in told or hearing.is_open(caller.call)


def assert_heard(hearing: Hearing) -> None:
    """Somebody who calls now is heard."""
    with hearing.line.carrier() as carrier:
        caller = hearing.caller(carrier)
        caller.say(PAYMENTS)
        assert moved(caller)
        caller.leave()


def test_fault_52_decoders_are_killed(hearing: Hearing, fault: Fault) -> None:
    with hearing.heard_caller() as caller:
        before = hearing.decoders()
        for decoder in before:
            os.kill(decoder, signal.SIGKILL)

        def replaced() -> bool:
            return len(set(hearing.decoders()) - set(before)) == len(before)

        assert await_that(replaced, REPLACED_WITHIN + BUSY, lambda: False)
        assert hearing.is_open(caller.call)
        heard = caller.press("1")
        fault.tells(
            "All decoders are killed (kill -9) in the middle of a call; soon there are others",
            heard,
        )


def test_fault_53_a_model_is_broken(hearing: Hearing, fault: Fault) -> None:
    models = hearing.line.hotline.settings.speech_models
    broken = models / "zh" / "am"
    broken.mkdir(parents=True)
    (broken / "final.mdl").write_bytes(b"no model")
    hearing.end()
    hearing.begin()
    with hearing.heard_caller() as caller:
        heard = caller.press("1")
        fault.tells("The model of another language is cut short when the speech process starts", heard)
    assert "a model cannot be used" in hearing.said()


def test_fault_54_noise_on_the_line_is_no_answer(hearing: Hearing, fault: Fault) -> None:
    by_chance = random.Random(54)
    hiss = [round(by_chance.gauss(0, 3_000)) for _ in range(NOISY * RATE)]
    hum = [round(6_000 * sin(tau * 50 * at / RATE)) for at in range(NOISY * RATE)]
    with hearing.heard_caller() as caller:
        caller.phone.say("", sound=as_wav(array("h", hiss + hum)))
        heard = caller.answered()
        assert moved(caller) == 0, heard
        assert caller.tickets() == []
    told = f"{NOISY} s of hiss and {NOISY} s of hum, as loud as a voice, are on the line of whoever is heard"
    fault.tells(told, heard)


def test_fault_55_strange_messages(hearing: Hearing, fault: Fault) -> None:
    with hearing.heard_caller() as caller:
        before = hearing.memory()
        for stranger in STRANGERS:
            assert stranger.closed(hearing.port, hearing.signature) in {stranger.code, ABRUPT}
        assert hearing.is_open(caller.call)
        assert hearing.memory() - before < GROWS_AT_MOST
        said = hearing.said()
        assert all(f"why='{why}'" in said for why in ("bytes in the place of text", "too many messages"))
        heard = caller.press("1")
        fault.tells(
            "Others send bytes, no UTF-8, no JSON, ten megabytes and a hundred thousand messages "
            "to the socket that hears the call",
            heard,
        )


def test_fault_56_a_stranger_at_the_socket(hearing: Hearing, fault: Fault) -> None:
    with hearing.heard_caller() as caller:
        with pytest.raises(ConnectionError):
            comes_in(hearing.port, "forged")
        assert hearing.is_open(caller.call)
        heard = caller.press("1")
        fault.tells("Somebody opens the socket with a forged signature", heard)


@pytest.mark.usefixtures("voice")
def test_fault_57_idle_sockets(hearing: Hearing, fault: Fault) -> None:
    if not may_open(FILES):
        missing(f"a process may have fewer than {FILES} files open here (ulimit -n)")
    with hearing.heard_caller() as caller:
        before = hearing.memory()
        with idle_sockets(hearing.port, hearing.signature, IDLE_SOCKETS) as idle:
            held = [one for one in idle if not one.is_over()]
            heard = caller.say(PAYMENTS)
            assert moved(caller)
            assert held
            assert len([one for one in held if one.is_told(101)]) <= SOCKETS_BESIDE + STREAMS
            assert hearing.memory() - before < GROWS_AT_MOST
            assert await_that(lambda: are_over(idle), WITHIN, lambda: False)
            assert any(one.is_told(503) for one in idle)
        assert hearing.is_open(caller.call)
        comes_in(hearing.port, hearing.signature)
        fault.tells(f"{IDLE_SOCKETS} sockets are opened and say nothing; payments is said meanwhile", heard)
