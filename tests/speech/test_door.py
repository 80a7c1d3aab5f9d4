"""Who may talk to the speech process, how much, and for how long; the others notice nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from streamdouble.protocol import StreamIdentity, build_connected, build_media
from streamdouble.session import Session, SessionConfig
from websockets.exceptions import InvalidStatus

from foundation.redaction import Secret
from speech import mulaw
from speech.media_stream import LONGEST_MESSAGE
from speech.requests import Alternative, Service
from speech.scripted import sound_of
from speech.server import SOCKETS_BESIDE
from speech.tokens import mint
from tests.speech.signing_proxy import signing
from tests.speech.streaming import KEY, QUIET, CarrierStream, SpeechProcess, asked, awaited, scripted_process

pytestmark = pytest.mark.xdist_group("speech door")  # one speech process for all
CAPACITY = 3
Deed = Callable[[CarrierStream], None]


@pytest.fixture(scope="module")
def ears(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpeechProcess]:
    with scripted_process(redis_url, tmp_path_factory.mktemp("speech"), capacity=CAPACITY) as running:
        yield running


def heard_well(ears: SpeechProcess, number: int) -> None:
    """A caller is heard from the beginning to the end."""
    with ears.stream(number) as stream:
        stream.begin()
        ears.ask(asked(stream.call, 1, "refund"))
        stream.quiet(0.5)
        stream.say(sound_of("refund", seconds=0.6))
        stream.quiet(0.6)
        assert ears.heard(stream.call, 1).alternatives == (Alternative("refund", 1.0),)


@pytest.mark.parametrize("signature", ["", "forged"])
def test_a_handshake_that_the_carrier_did_not_sign_is_refused(ears: SpeechProcess, signature: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        CarrierStream(ears, "CA" + "1" * 32, signature=signature).__enter__()
    assert refused.value.response.status_code == 403


def with_token(token: str) -> Deed:
    def begin(stream: CarrierStream) -> None:
        stream.token = token
        stream.start()

    return begin


def expired(stream: CarrierStream) -> None:
    with_token(mint(Secret(KEY), stream.call, stream.name, int(time.time()) - 1))(stream)


def of_another_call(stream: CarrierStream) -> None:
    with_token(mint(Secret(KEY), "CA" + "9" * 32, stream.name, int(time.time()) + 30))(stream)


def of_another_key(stream: CarrierStream) -> None:
    with_token(mint(Secret("another key"), stream.call, stream.name, int(time.time()) + 30))(stream)


def sends(message: dict[str, Any] | str | bytes) -> Deed:
    return lambda stream: stream.send(message)


def begun(then: Deed) -> Deed:
    def deed(stream: CarrierStream) -> None:
        stream.start()
        stream.frame(QUIET)
        then(stream)

    return deed


def flood(stream: CarrierStream) -> None:
    stream.start()
    for _ in range(100_000):
        stream.frame(b"\xff")


def faster_than_time(stream: CarrierStream) -> None:
    stream.start()
    stream.quiet(60.0)


def of_another_stream(stream: CarrierStream) -> None:
    stream.send(build_media(StreamIdentity(), 9, 9, 0, QUIET))


def broken_sound(stream: CarrierStream) -> None:
    message = build_media(stream.who, 9, 9, 0, QUIET)
    message["media"]["payload"] = "%%%"
    stream.send(message)


def out_of_order(stream: CarrierStream) -> None:
    stream.sequence = 0
    stream.frame(QUIET)


STRANGE: dict[str, Deed] = {
    "no token": with_token(""),
    "a token of ours that is old": expired,
    "a token of another call": of_another_call,
    "a token of another key": of_another_key,
    "bytes": sends(b"\x00\x01"),
    "no JSON": sends("hello"),
    "deep JSON": sends("[" * 10_000),
    "a long message": sends(" " * (LONGEST_MESSAGE + 1)),
    "ten megabytes": sends(json.dumps({"event": "connected", "protocol": "x" * 10_000_000})),
    "sound before the start": sends(build_media(StreamIdentity(), 1, 1, 0, QUIET)),
    "two starts": begun(lambda stream: stream.start()),
    "sound of another stream": begun(of_another_stream),
    "broken sound": begun(broken_sound),
    "out of order": begun(out_of_order),
    "a hundred thousand tiny messages": flood,
    "a minute of sound at once": faster_than_time,
}


@pytest.mark.parametrize("name", STRANGE)
def test_whoever_breaks_the_rules_is_closed_and_the_others_are_heard(ears: SpeechProcess, name: str) -> None:
    number = 100 + list(STRANGE).index(name)
    with ears.stream(number) as stream:
        try:
            STRANGE[name](stream)
        except Exception as closed:  # noqa: BLE001  # it was closed while we sent: that is what is asked for
            assert "1008" in str(closed) or "1009" in str(closed) or "close frame" in str(closed)  # noqa: PT017
        else:
            assert stream.closed() in {1006, 1008, 1009}
    heard_well(ears, number + 100)


def test_a_stream_that_a_repeated_document_begins_again_leaves_the_first_one_heard(
    ears: SpeechProcess,
) -> None:
    with ears.stream(16) as first:
        first.begin()
        ears.ask(asked(first.call, 1, "refund"))
        with CarrierStream(ears, first.call, token=first.token) as again:
            again.start()
            assert again.closed() == 1008
        first.quiet(0.5)
        first.say(sound_of("refund", seconds=0.6))
        first.quiet(0.6)
        assert ears.heard(first.call, 1).alternatives == (Alternative("refund", 1.0),)


def test_a_token_is_taken_once(ears: SpeechProcess) -> None:
    with ears.stream(301) as stream:
        stream.begin()
        with CarrierStream(ears, stream.call, token=stream.token) as thief:
            thief.start()
            assert thief.closed() == 1008
        assert ears.mailbox.stream_of(stream.call) == stream.name


def test_who_says_nothing_is_closed_after_five_seconds_and_who_falls_silent_after_ten(
    ears: SpeechProcess,
) -> None:
    with ears.stream(302) as mute, ears.stream(303) as greeting, ears.stream(304) as silent:
        silent.begin()
        begun_at = time.monotonic()
        greeting.send(build_connected())
        assert mute.closed() == 1008
        assert greeting.closed() == 1008
        assert ears.health()["streams"] == 1 or time.monotonic() - begun_at > 9.0
        assert silent.closed() == 1008
        awaited(lambda: ears.health()["streams"] == 0)


def test_beyond_the_limit_nobody_is_heard_and_nobody_slowed(ears: SpeechProcess) -> None:
    with ExitStack() as held:
        for number in range(CAPACITY):
            held.enter_context(ears.stream(310 + number)).begin()
        awaited(lambda: ears.mailbox.service() == Service({"en": "scripted"}, 0))
        late = held.enter_context(ears.stream(320))
        late.start()
        assert late.closed() == 1008
    awaited(lambda: ears.health()["streams"] == 0)
    heard_well(ears, 321)


def test_a_call_that_begins_its_next_stream_takes_no_further_place(ears: SpeechProcess) -> None:
    with ExitStack() as held:
        older, *others = [held.enter_context(ears.stream(322 + one)).begin() for one in range(CAPACITY)]
        awaited(lambda: ears.health()["free"] == 0)
        younger = held.enter_context(ears.stream(322, "ears-2")).begin()
        older.frame(QUIET)
        assert older.closed() == 1008
        late = held.enter_context(ears.stream(329))
        late.start()
        assert late.closed() == 1008
        for one in (younger, *others):
            ears.ask(asked(one.call, 1, "refund"))
            one.quiet(0.5)
            one.say(sound_of("refund", seconds=0.6))
            one.quiet(0.6)
            assert ears.heard(one.call, 1).alternatives == (Alternative("refund", 1.0),)
    awaited(lambda: ears.health()["streams"] == 0)


def test_those_who_begin_at_the_same_moment_are_counted_too(ears: SpeechProcess) -> None:
    awaited(lambda: ears.health()["free"] == CAPACITY)
    with ExitStack() as held:
        streams = [held.enter_context(ears.stream(330 + one)) for one in range(CAPACITY + 2)]
        ears.redis.client_pause(1_000)  # all of them wait for their token's turn
        for stream in streams:
            stream.start()
        awaited(lambda: ears.mailbox.service() == Service({"en": "scripted"}, 0))
        assert ears.health()["streams"] == CAPACITY
    awaited(lambda: ears.health()["streams"] == 0)


def test_sockets_have_a_limit_too(ears: SpeechProcess) -> None:
    with ExitStack() as held:
        for number in range(CAPACITY + SOCKETS_BESIDE):
            held.enter_context(ears.stream(400 + number))
        with pytest.raises(InvalidStatus) as refused:
            ears.stream(500).__enter__()
        assert refused.value.response.status_code == 503
    awaited(lambda: heard_now(ears))
    heard_well(ears, 501)


def heard_now(ears: SpeechProcess) -> bool:
    """Whether a socket is let in again."""
    try:
        with ears.stream(502):
            return True
    except InvalidStatus:
        return False


def test_a_simulator_of_the_carrier_that_is_not_ours_is_heard(ears: SpeechProcess) -> None:
    who = StreamIdentity()
    token = mint(Secret(KEY), who.call_sid, "ears-1", int(time.time()) + 30)
    ears.mailbox.ask(asked(who.call_sid, 1, "refund"))
    spoken = QUIET * 25 + mulaw.from_samples(sound_of("refund", seconds=0.6)) + QUIET * 50
    frames = [spoken[at : at + 160] for at in range(0, len(spoken), 160)]
    told = SessionConfig(
        custom_parameters={"token": token},
        fork=True,
        echo_marks=False,
        response_timeout_s=1.0,
        strict_fork=True,
    )
    with signing(ears.port, "genuine") as port:
        session = Session(f"ws://127.0.0.1:{port}/media", frames, config=told, identity=who)
        result = asyncio.run(session.run())
    assert result.violations == []
    assert ears.heard(who.call_sid, 1).alternatives == (Alternative("refund", 1.0),)
