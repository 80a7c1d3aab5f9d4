"""What every mailbox promises: in memory and in Redis."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import cast
from urllib.parse import urlsplit

import pytest
from redis import Redis

from foundation.clock import StoppedClock, SystemClock
from foundation.redaction import Secret
from speech import mailbox_keys as keys
from speech.mailbox import Mailbox, MailboxGone, RedisMailbox, Seen
from speech.memory_mailbox import MemoryMailbox
from speech.requests import Alternative, Heard, Kind, ListenRequest, Service
from storms.proxy import Proxy
from tests.servers import own_redis, redis_url

CALL, OTHER = "CA" + "1" * 32, "CA" + "2" * 32
PATIENT = 30.0  # seconds: these tests are not about time
PLACES = (bytes(range(250, 256)) * 10,)  # every byte is brought over
ASKED = ListenRequest(
    *(CALL, 4, "en", Kind.NUMBER, ("again", "a person"), 6, 10, "luhn"),
    barge_in=False,
    before=PLACES,
    refused=("402715",),
)
ALTERNATIVES = (Alternative("four two", 0.8), Alternative("four too", 0.1))
SAID = Heard(CALL, 4, ALTERNATIVES, "scripted", 1.2, places=PLACES)


@pytest.fixture(params=["memory", "redis"])
def mailbox(request: pytest.FixtureRequest) -> Iterator[Mailbox]:
    if request.param == "memory":
        yield MemoryMailbox(SystemClock())
    else:
        url: str = request.getfixturevalue("fresh_redis_url")
        with closing(RedisMailbox(Secret(url), SystemClock(), limit=PATIENT)) as kept:
            yield kept


def test_what_was_asked_for_a_call_is_read_again_until_something_else_is_asked(mailbox: Mailbox) -> None:
    assert mailbox.request(CALL) is None
    mailbox.ask(ASKED)
    assert mailbox.request(CALL) == mailbox.request(CALL) == ASKED
    assert mailbox.request(OTHER) is None
    later = ListenRequest(CALL, 5, "en", Kind.CHOICE, ("yes", "no"))
    mailbox.ask(later)
    assert mailbox.request(CALL) == later


def test_whoever_follows_hears_every_request_from_then_on(mailbox: Mailbox) -> None:
    mailbox.ask(ASKED)
    with closing(mailbox.follow()) as following:
        assert following.next(0.01) is None
        mailbox.ask(ListenRequest(OTHER, 1, "zh", Kind.CHOICE, ("退款",)))
        mailbox.ask(ASKED)
        assert following.next(PATIENT) == ListenRequest(OTHER, 1, "zh", Kind.CHOICE, ("退款",))
        assert following.next(PATIENT) == ASKED
        assert following.next(0.01) is None


def test_what_was_heard_is_read_and_not_taken(mailbox: Mailbox) -> None:
    assert mailbox.look(CALL, 4) == Seen(None, speaking=False)
    mailbox.propose(SAID)
    assert mailbox.look(CALL, 4) == mailbox.look(CALL, 4) == Seen(SAID, speaking=False)
    assert mailbox.look(CALL, 5) == mailbox.look(OTHER, 4) == Seen(None, speaking=False)


def test_a_better_proposal_takes_the_place_of_an_earlier_one(mailbox: Mailbox) -> None:
    mailbox.propose(Heard(CALL, 4, (), "scripted"))
    mailbox.propose(SAID)
    assert mailbox.look(CALL, 4).heard == SAID


def test_a_caller_in_the_middle_of_an_utterance_is_seen(mailbox: Mailbox) -> None:
    mailbox.speaks(CALL, 4)
    assert mailbox.look(CALL, 4) == Seen(None, speaking=True)
    assert mailbox.look(CALL, 5).speaking is False
    mailbox.falls_silent(CALL, 5)
    assert mailbox.look(CALL, 4).speaking
    mailbox.falls_silent(CALL, 4)
    assert mailbox.look(CALL, 4) == Seen(None, speaking=False)


def test_whoever_begins_to_speak_anew_is_waited_for_and_what_was_no_answer_is_forgotten(
    mailbox: Mailbox,
) -> None:
    mailbox.propose(SAID)
    mailbox.begins(CALL, 5)
    assert mailbox.look(CALL, 4) == Seen(SAID, speaking=False)
    mailbox.begins(CALL, 4)
    assert mailbox.look(CALL, 4) == Seen(None, speaking=True)


def test_an_open_stream_is_seen_and_a_closed_one_does_not_take_a_younger_one_with_it(
    mailbox: Mailbox,
) -> None:
    assert mailbox.stream_of(CALL) == ""
    mailbox.opened(CALL, "ears-1")
    mailbox.opened(CALL, "ears-2")
    mailbox.closed(CALL, "ears-1")
    assert mailbox.stream_of(CALL) == "ears-2"
    mailbox.closed(CALL, "ears-2")
    assert mailbox.stream_of(CALL) == ""


def test_what_is_asked_for_the_streams_that_are_open_is_read_as_they_are_told(mailbox: Mailbox) -> None:
    third = "CA" + "3" * 32
    mailbox.ask(ASKED)
    mailbox.ask(ListenRequest(third, 1, "zh", Kind.CHOICE, ("退款",)))
    mailbox.opened(CALL, "ears-1")
    asked = mailbox.still_open({CALL: "ears-2", OTHER: "ears-1", third: "ears-3"})
    assert set(asked) == {ASKED, ListenRequest(third, 1, "zh", Kind.CHOICE, ("退款",))}
    assert [mailbox.stream_of(call) for call in (CALL, OTHER, third)] == ["ears-2", "ears-1", "ears-3"]
    assert mailbox.still_open({}) == ()


def test_the_speech_process_says_what_it_hears_and_how_much_is_free(mailbox: Mailbox) -> None:
    assert mailbox.service() is None
    mailbox.serves(Service({"en": "sphinx"}, 12))
    mailbox.serves(Service({"en": "sphinx", "ko": "vosk"}, 11))
    assert mailbox.service() == Service({"en": "sphinx", "ko": "vosk"}, 11)


def test_whoever_goes_says_so_until_another_process_has_said_something(mailbox: Mailbox) -> None:
    going, coming = Service({"en": "sphinx"}, 0), Service({"en": "sphinx"}, 20)
    for _ in range(2):
        mailbox.still_serves(going)
        assert mailbox.service() == going
    mailbox.serves(coming)
    mailbox.still_serves(going)
    assert mailbox.service() == coming


def test_a_token_is_taken_once(mailbox: Mailbox) -> None:
    assert mailbox.take_token("1764400000.aa")
    assert not mailbox.take_token("1764400000.aa")
    assert mailbox.take_token("1764400000.bb")


def test_what_is_not_said_again_is_over_in_memory_too() -> None:
    clock = StoppedClock(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    mailbox = MemoryMailbox(clock)
    mailbox.speaks(CALL, 4)
    mailbox.serves(Service({}, 1))
    mailbox.opened(CALL, "ears-1")
    clock.advance(timedelta(seconds=3))
    assert (mailbox.look(CALL, 4).speaking, mailbox.service()) == (False, None)
    assert mailbox.stream_of(CALL) == "ears-1"


def test_keys_end_by_themselves_in_redis(fresh_redis_url: str) -> None:
    with closing(RedisMailbox(Secret(fresh_redis_url), SystemClock(), limit=PATIENT)) as mailbox:
        mailbox.ask(ASKED)
        mailbox.propose(SAID)
        mailbox.opened(CALL, "ears-1")
        mailbox.still_open({OTHER: "ears-1"})
        mailbox.take_token("1764400000.aa")
        mailbox.speaks(CALL, 4)
        mailbox.serves(Service({}, 1))
    with closing(Redis.from_url(fresh_redis_url)) as server:
        kept = [key.decode() for key in cast("list[bytes]", server.keys("*"))]
        assert {key: server.ttl(key) for key in kept} == {
            keys.request_key(CALL): pytest.approx(keys.REQUEST_KEPT, abs=60),
            keys.heard_key(CALL, 4): pytest.approx(keys.HEARD_KEPT, abs=60),
            keys.token_key("1764400000.aa"): pytest.approx(keys.TOKEN_KEPT, abs=60),
            keys.open_key(CALL): pytest.approx(keys.OPEN_KEPT, abs=3),
            keys.open_key(OTHER): pytest.approx(keys.OPEN_KEPT, abs=3),
            keys.speaking_key(CALL, 4): pytest.approx(keys.SPEAKING_KEPT, abs=3),
            keys.SERVICE: pytest.approx(keys.SERVICE_KEPT, abs=3),
        }
        assert "1764400000.aa" not in " ".join(kept)


def test_words_that_no_version_of_ours_wrote_are_nothing(fresh_redis_url: str) -> None:
    with (
        closing(Redis.from_url(fresh_redis_url)) as server,
        closing(RedisMailbox(Secret(fresh_redis_url), SystemClock(), limit=PATIENT)) as mailbox,
    ):
        for words in (b"", b"[]", b"{", b"\xff\xfe", b'{"call": 7}'):
            server.set(keys.request_key(CALL), words)
            server.set(keys.heard_key(CALL, 4), words)
            server.set(keys.SERVICE, words)
            assert mailbox.request(CALL) is None
            assert mailbox.look(CALL, 4).heard is None
            assert mailbox.service() is None


def test_two_hundred_open_streams_are_told_in_one_round_trip(fresh_redis_url: str) -> None:
    calls = [f"CA{number:032x}" for number in range(200)]
    port = urlsplit(fresh_redis_url).port
    assert port is not None
    with Proxy(port) as proxy:
        url = Secret(fresh_redis_url.replace(f":{port}", f":{proxy.port}"))
        with closing(RedisMailbox(url, SystemClock(), limit=PATIENT)) as mailbox:
            for call in calls:
                mailbox.ask(ListenRequest(call, 1, "en", Kind.CHOICE, ("yes", "no")))
            before = proxy.passed()
            asked = mailbox.still_open(dict.fromkeys(calls, "ears-1"))
            # The first replies may come while the last words are still sent, piece by piece.
            assert proxy.passed().since(before).rounds < len(calls) / 10
            assert [one.call for one in asked] == calls
            assert {mailbox.stream_of(call) for call in calls} == {"ears-1"}


def test_a_frozen_redis_costs_a_quarter_of_a_second_and_then_nothing() -> None:
    with own_redis() as server:
        mailbox = RedisMailbox(Secret(redis_url(server.port)), SystemClock())
        with closing(mailbox), closing(mailbox.follow()) as following:
            with server.frozen():
                begun = time.monotonic()
                for _ in range(20):
                    with pytest.raises(MailboxGone):
                        mailbox.look(CALL, 4)
                assert time.monotonic() - begun < 5.0
            server.end()
            with pytest.raises(MailboxGone):
                _ = [following.next(0.1) for _ in range(50)]
