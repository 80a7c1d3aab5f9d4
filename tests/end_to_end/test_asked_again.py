"""A worker that dies before it answers: the carrier asks again, and what was done is done once."""

from pathlib import Path

from exchange.settings import NumberSettings
from ivr.channels.addresses import OVERRIDES
from storms.proxy import Proxy
from tests.end_to_end import callers
from tests.end_to_end.running import numbers_heard, running
from tests.end_to_end.test_fifty_callers import assert_no_dead_air
from tests.servers import free_port, redis_server

CALLS = 3


def test_a_webhook_whose_worker_dies_before_it_answers_is_asked_again_and_answered_once(
    tmp_path: Path,
) -> None:
    port = free_port()
    with redis_server() as redis_url, Proxy(port) as way:
        public = f"http://127.0.0.1:{way.port}"
        url = f"sqlite:///{tmp_path / 'hotline.sqlite'}"
        with running(redis_url, url, tmp_path, PORT=str(port), PUBLIC_URL=public) as hotline:
            to = hotline.settings.hotline_number
            asked = NumberSettings(f"{public}/voice/answer{OVERRIDES}", f"{public}/voice/status{OVERRIDES}")
            with hotline.exchange(numbers={to: asked}) as exchange:
                for count in range(CALLS):
                    # Each is carried out, and its answer lost: the opening, two turns, and the ticket's own.
                    for words in (b"/voice/answer", b"/turns/1 ", b"/turns/3 ", b"/voice/status"):
                        way.swallow(words)
                    record = exchange.call(
                        from_=callers.number(700 + count), to=to, script=callers.urgent("1")
                    )
                    failed = [one["failed"] for one in record.of("document") if "failed" in one]
                    assert failed == [["rt"]] * 3
                    assert_no_dead_air([record])
                    (number,) = set(numbers_heard(record))
                    assert [filed.number for filed in hotline.tickets([record.sid])] == [number]
                    assert hotline.ends_heard([record.sid]) == [record.sid]
