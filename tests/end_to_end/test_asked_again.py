"""A worker that dies before it answers: the carrier asks again, and what was done is done once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from exchange.exchange import Exchange, ScriptLike
from exchange.settings import NumberSettings
from ivr.channels.addresses import OVERRIDES
from ivr.handlers.overflow_words import WORDS
from storms.proxy import Proxy
from tests.end_to_end import callers
from tests.end_to_end.running import Hotline, numbers_heard, running
from tests.end_to_end.test_fifty_callers import assert_no_dead_air
from tests.servers import free_port, redis_server

CALLS = 3
A_MINUTE = 2  # calls, of two processes: each takes one
MOST = 20  # callers until one is one too many for whichever process meets them


@contextmanager
def asked_through_a_wire(folder: Path, **more: str) -> Iterator[tuple[Hotline, Exchange, Proxy]]:
    """A hotline, a carrier that asks its number's two addresses again, and the wire between them."""
    port = free_port()
    with redis_server() as redis_url, Proxy(port) as way:
        public = f"http://127.0.0.1:{way.port}"
        url = f"sqlite:///{folder / 'hotline.sqlite'}"
        with running(redis_url, url, folder, PORT=str(port), PUBLIC_URL=public, **more) as hotline:
            to = hotline.settings.hotline_number
            asked = NumberSettings(f"{public}/voice/answer{OVERRIDES}", f"{public}/voice/status{OVERRIDES}")
            with hotline.exchange(numbers={to: asked}) as exchange:
                yield hotline, exchange, way


def test_a_webhook_whose_worker_dies_before_it_answers_is_asked_again_and_answered_once(
    tmp_path: Path,
) -> None:
    with asked_through_a_wire(tmp_path) as (hotline, exchange, way):
        to = hotline.settings.hotline_number
        for count in range(CALLS):
            # Each is carried out, and its answer lost: the opening, two turns, and the ticket's own.
            for words in (b"/voice/answer", b"/turns/1 ", b"/turns/3 ", b"/voice/status"):
                way.swallow(words)
            record = exchange.call(from_=callers.number(700 + count), to=to, script=callers.urgent("1"))
            failed = [one["failed"] for one in record.of("document") if "failed" in one]
            assert failed == [["rt"]] * 3
            assert_no_dead_air([record])
            (number,) = set(numbers_heard(record))
            assert [filed.number for filed in hotline.tickets([record.sid])] == [number]
            assert hotline.ends_heard([record.sid]) == [record.sid]


def test_the_keys_of_a_caller_who_is_one_too_many_are_asked_again(tmp_path: Path) -> None:
    with asked_through_a_wire(tmp_path, CALLS_A_MINUTE=str(A_MINUTE)) as (hotline, exchange, way):
        to, numbers = hotline.settings.hotline_number, map(callers.number, range(720, 720 + MOST))
        # What cannot wait is asked about, a person is rung, and a key that means nothing hears the choices.
        for key, goes_on in (("9", "listening"), ("0", "dialled"), ("7", "listening")):
            script: ScriptLike = [*callers.presses(key), {"hangs_up": True}]
            way.swallow(b"/not-taken/overflow/1?")
            record = next(
                one
                for one in (exchange.call(from_=number, to=to, script=script) for number in numbers)
                if WORDS["en"].full in one.heard
            )
            failed = [one.get("failed") for one in record.of("document")]
            assert failed[:2] == [None, ["rt"]]
            assert_no_dead_air([record])
            assert record.of(goes_on)
