"""A short run of what `make fuzz` does at length."""

import pytest

from storms.fuzz.books import judge_books
from storms.fuzz.callers import Dial, GoOn, Knock, Tell
from storms.fuzz.line import Answer, Sent, line
from storms.fuzz.playing import TWIML, Badly, Player, judge
from storms.fuzz.requests import send_requests
from storms.fuzz.signatures import try_signatures

SEED = 20261129
SID = "0f" * 16


def test_a_thousand_odd_requests_are_answered_well(fresh_redis_url: str) -> None:
    figures = send_requests(fresh_redis_url, 1_000, SEED)
    assert figures.requests >= 1_000
    # Calls went on, news was heard, strangers were refused: the odd ones did reach the doors.
    assert min(figures.by_status[status] for status in (200, 204, 403, 404)) > 0
    assert figures.by_status[200] > figures.requests / 2


def test_the_caller_of_the_fuzz_does_walk_the_book(fresh_redis_url: str) -> None:
    with line(fresh_redis_url) as hotline:
        player = Player(hotline)
        player.play([Dial(SID, "+6281234567801"), GoOn({"Digits": "1"}), GoOn({"Digits": "1"})])
        assert player.way_on.partition("#")[0].endswith("/turns/3")
        player.play([Tell("completed", {}), Knock("GET", "/health/live", {}, ""), GoOn({"Digits": "1"})])
    assert player.counts == {200: 5, 204: 1}


def test_forty_broken_books_are_refused_in_words_or_walked() -> None:
    figures = judge_books(40, SEED)
    assert figures.refused > 0
    assert figures.walked > 0


def test_no_forgery_comes_in_and_no_genuine_request_is_kept_out() -> None:
    figures = try_signatures(each=20, genuine=500, chance=SEED)
    assert figures.kinds >= 20
    assert figures.forged > 0.9 * figures.kinds * 20
    assert (figures.came_in, figures.kept_out) == (0, 0)


SPOKEN = Sent("/voice/answer")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, "text/plain", b"", 0.0),
        Answer(503, "text/plain", b"", 0.0),
        Answer(200, TWIML, b"<Response><Say>", 0.0),
        Answer(200, TWIML, b"<Response><Sing/></Response>", 0.0),
        Answer(200, TWIML, b"<Response/>", 2.5),
    ],
)
def test_the_fuzz_tells_a_bad_answer(answer: Answer) -> None:
    with pytest.raises(Badly):
        judge(SPOKEN, answer)
