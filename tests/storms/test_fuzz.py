"""A short run of what `make fuzz` does at length."""

import pytest

from storms.fuzz.books import judge_books
from storms.fuzz.callers import Dial, GoOn, Speak, Tell
from storms.fuzz.doors import Knock
from storms.fuzz.line import Answer, Line, Sent, line
from storms.fuzz.playing import TWIML, Badly, Player, judge
from storms.fuzz.requests import Run, send_requests
from storms.fuzz.signatures import try_signatures
from storms.fuzz.watching import Watch

SEED = 20261129
SID = "0f" * 16
pytestmark = pytest.mark.timeout(240)  # ten seconds of processor each, on a machine that may be busy


def test_odd_requests_come_through_every_door_and_are_answered_well(fresh_redis_url: str) -> None:
    figures = send_requests(fresh_redis_url, 800, SEED)
    assert figures.requests >= 800
    assert figures.unentered == ()
    # Calls went on, news was heard, strangers were refused: the odd ones did reach the doors.
    assert min(figures.by_status[status] for status in (200, 204, 403, 404)) > 0
    assert figures.by_status[200] > figures.requests / 2
    assert len(figures.memory) == 1


def test_the_caller_of_the_fuzz_does_walk_the_book(fresh_redis_url: str) -> None:
    with line(fresh_redis_url) as hotline:
        player = Player(hotline)
        player.play([Dial(SID, "+6281234567801"), GoOn({"Digits": "1"}), GoOn({"Digits": "1"})])
        assert player.way_on.partition("#")[0].endswith("/turns/3")
        player.play([Tell("completed", {}), Knock("GET", "/health/live", {}, ""), GoOn({"Digits": "1"})])
        assert player.counts.total() == 6
        assert {status for _, status in player.counts} == {200, 204}

        # What is said is heard, and the call of a crowded house goes on as one that was not taken.
        player.play([Dial("1e" * 16, "anonymous"), GoOn({"Digits": "1"}), Speak((("payments", 0.99),))])
        assert player.way_on.partition("#")[0].endswith("/turns/3")
        player.play([Dial(f"{number:032x}", "anonymous", house="crowded") for number in (1, 2)])
        assert "/not-taken/overflow/1" in player.way_on
        _tells_a_new_door(hotline)
        _asks_once_more_and_then_no_more(hotline)


def _tells_a_new_door(hotline: Line) -> None:
    hotline.apps["strict"].add_url_rule("/new", "/new", lambda: "", methods=["GET"])
    entered = {(rule, 200) for rule in hotline.unentered(())}
    assert hotline.unentered(entered) == set()
    assert hotline.unentered(entered - {("/new", 200)} | {("/new", 403), ("", 404)}) == {"/new"}


def _asks_once_more_and_then_no_more(hotline: Line) -> None:
    """A machine may be too busy once; the same again is a fault."""
    statuses = [503, 200, 503, 503]
    app = hotline.apps["strict"]
    app.add_url_rule("/busy", "/busy", lambda: ("", statuses.pop(0)), methods=["GET"])
    run, dial = Run(Player(hotline), Watch(1)), Dial(SID, "anonymous", house="strict")
    run.play(dial, [Knock("GET", "/busy", {})])
    assert run.asked_again == {"503": 1}
    assert run.figures().by_door["/busy"] == {200: 1, 503: 1}
    with pytest.raises(Badly):
        run.play(dial, [Knock("GET", "/busy", {})])
    assert statuses == []


def test_forty_broken_books_are_refused_in_words_or_walked() -> None:
    figures = judge_books(40, SEED)
    assert figures.refused > 0
    assert figures.walked > 0


def test_no_forgery_comes_in_and_no_genuine_request_is_kept_out() -> None:
    figures = try_signatures(each=20, genuine=500, chance=SEED)
    assert figures.kinds >= 20
    assert figures.forged == figures.kinds * 20  # each changes something
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
        Answer(
            200, TWIML, b"<Response><Dial action='/voice/calls/CA/apology/person'>1</Dial></Response>", 0.0
        ),
    ],
)
def test_the_fuzz_tells_a_bad_answer(answer: Answer) -> None:
    with pytest.raises(Badly):
        judge(SPOKEN, answer)
