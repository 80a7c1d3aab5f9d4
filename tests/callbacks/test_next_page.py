"""Whom to page next: in order, again and again, never in a tight loop, whatever the clock does."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks.paging.next_page import (
    FIRST_PAUSE,
    PRESSING,
    RANG_NOBODY,
    SLOWLY,
    Due,
    Outcome,
    Paged,
    Rota,
    Waiting,
    next_page,
)
from callbacks.paging.on_call import OnCallPerson
from tests.makers import NOW

E = Outcome
ONE_SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WAITING = Waiting("123456782", NOW)


def person(name: str, number: str, **changes: str) -> OnCallPerson:
    return OnCallPerson.model_validate({"name": name, "number": number, "language": "id", **changes})


SARI, CHEN = person("Sari", "+622150001021"), person("Chen", "+622150001022", language="zh")
READER = person("Sari", "+622150001021", by="text")
ROTA = Rota((SARI, CHEN), 5 * MINUTE, 2 * MINUTE)
ALONE = replace(ROTA, people=(SARI,))


def page(
    place: int, who: OnCallPerson, after: timedelta, outcome: Outcome | None, ended: timedelta | None = None
) -> Paged:
    """A page so long after the promise."""
    end = None if outcome is None else NOW + (ended or after + 30 * ONE_SECOND)
    return Paged(place, who.name, who.number, who.by, NOW + after, outcome, end)


def named(due: Due | None) -> str | None:
    return due.person.name if due else None


def who(pages: list[Paged], after: timedelta, rota: Rota = ROTA) -> str | None:
    return named(next_page(WAITING, pages, rota, NOW + after))


def test_the_first_page_is_due_when_the_ticket_has_waited_so_long() -> None:
    assert who([], 5 * MINUTE - ONE_SECOND) is None
    assert next_page(WAITING, [], ROTA, NOW + 5 * MINUTE) == Due(WAITING, 1, SARI)


def test_while_a_page_is_under_way_nothing_else_is() -> None:
    assert who([page(1, SARI, 5 * MINUTE, None)], timedelta(days=1)) is None


def test_whoever_cannot_be_reached_makes_room_for_the_next_at_once() -> None:
    for outcome in (E.BUSY, E.NO_ANSWER, E.FAILED, E.NOT_PRESSED):
        pages = [page(1, SARI, 5 * MINUTE, outcome, ended=5 * MINUTE + 20 * ONE_SECOND)]
        assert who(pages, 5 * MINUTE + 20 * ONE_SECOND) == "Chen"
        assert who(pages, 5 * MINUTE + 19 * ONE_SECOND) is None


def test_a_text_or_a_page_of_which_nobody_knows_gets_its_time() -> None:
    for outcome in (E.SENT, E.NO_NEWS):
        pages = [page(1, SARI, 5 * MINUTE, outcome)]
        assert who(pages, 7 * MINUTE - ONE_SECOND) is None
        assert who(pages, 7 * MINUTE) == "Chen"


def test_after_the_last_the_first_is_paged_again_but_not_within_their_rest() -> None:
    pages = [page(1, SARI, 5 * MINUTE, E.BUSY), page(2, CHEN, 6 * MINUTE, E.BUSY)]
    assert who(pages, 7 * MINUTE - ONE_SECOND) is None
    assert who(pages, 7 * MINUTE) == "Sari"


def test_somebody_alone_is_paged_again_and_again() -> None:
    pages = [page(1, SARI, 5 * MINUTE, E.NOT_PRESSED)]
    assert who(pages, 7 * MINUTE - ONE_SECOND, ALONE) is None
    assert who(pages, 7 * MINUTE, ALONE) == "Sari"


def test_what_was_not_sent_is_tried_again_with_the_same_person_after_growing_pauses() -> None:
    first = page(1, SARI, 5 * MINUTE, E.NOT_SENT)
    assert who([first], 5 * MINUTE + FIRST_PAUSE - ONE_SECOND) is None
    assert who([first], 5 * MINUTE + FIRST_PAUSE) == "Sari"
    second = page(2, SARI, 6 * MINUTE, E.NOT_SENT)
    assert who([first, second], 6 * MINUTE + 2 * FIRST_PAUSE - ONE_SECOND) is None
    assert who([first, second], 6 * MINUTE + 2 * FIRST_PAUSE) == "Sari"


def test_a_number_that_the_carrier_refuses_is_not_dialled_twice_in_a_row_where_there_is_another() -> None:
    refused = page(1, SARI, 5 * MINUTE, E.REFUSED)
    assert who([refused], 5 * MINUTE + FIRST_PAUSE) == "Chen"
    assert who([refused], 5 * MINUTE + FIRST_PAUSE, ALONE) == "Sari"
    assert who([refused], 5 * MINUTE) is None


def test_who_left_the_rota_is_not_paged_again_and_the_first_is() -> None:
    gone = person("Dewi", "+622150001023")
    assert who([page(1, gone, 5 * MINUTE, E.NO_ANSWER)], 6 * MINUTE) == "Sari"


def test_a_text_and_a_call_to_one_telephone_are_two_places_of_the_rota() -> None:
    both = Rota((READER, SARI), 5 * MINUTE, 2 * MINUTE)
    after_text = next_page(WAITING, [page(1, READER, 5 * MINUTE, E.SENT)], both, NOW + 7 * MINUTE)
    assert after_text is not None
    assert after_text.person.by == "call"


def test_after_many_pages_they_come_slowly_and_never_end() -> None:
    pages = [page(place, SARI, timedelta(hours=2), E.BUSY) for place in range(1, PRESSING + 1)]
    assert who(pages, timedelta(hours=2) + SLOWLY - ONE_SECOND) is None
    assert who(pages, timedelta(hours=2) + SLOWLY) == "Chen"
    assert who(pages[1:], timedelta(hours=2) + SLOWLY - ONE_SECOND) == "Chen"


def test_a_carrier_that_sends_nothing_for_hours_makes_no_page_slow_afterwards() -> None:
    vain = [page(place, SARI, timedelta(hours=2), E.NOT_SENT) for place in range(1, 2 * PRESSING)]
    assert who(vain, timedelta(hours=2) + 2 * MINUTE) == "Sari"
    rung = page(2 * PRESSING, SARI, timedelta(hours=3), E.NO_ANSWER)
    assert who([*vain, rung], timedelta(hours=3) + MINUTE) == "Chen"


def test_two_machines_whose_clocks_differ_a_little_page_nobody_early() -> None:
    assert who([], -30 * ONE_SECOND) is None


def test_a_clock_that_is_set_back_delays_no_page() -> None:
    hour = timedelta(hours=1)
    assert who([], -hour) == "Sari"
    pages = [page(1, SARI, 5 * MINUTE, E.SENT)]
    assert who(pages, 6 * MINUTE - hour) == "Chen"
    # And one page more, not a page a second: from now on the new clock counts.
    pages.append(page(2, CHEN, 6 * MINUTE - hour, E.SENT))
    assert who(pages, 6 * MINUTE - hour + ONE_SECOND) is None
    assert who(pages, 8 * MINUTE - hour) == "Sari"


def test_a_clock_that_is_set_forward_pages_once_and_then_goes_on_as_ever() -> None:
    jumped = timedelta(hours=1) + 6 * MINUTE
    pages = [page(1, SARI, 5 * MINUTE, E.SENT)]
    assert who(pages, jumped) == "Chen"
    pages.append(page(2, CHEN, jumped, E.SENT))
    assert who(pages, jumped + ONE_SECOND) is None


@given(
    ends=st.lists(
        st.sampled_from([one for one in Outcome if one is not E.ACKNOWLEDGED]), min_size=60, max_size=60
    ),
    rota=st.sampled_from([ROTA, ALONE, Rota((READER, SARI, CHEN), MINUTE, MINUTE)]),
    looks=st.integers(3, 20),
)
@settings(max_examples=60, deadline=None)
def test_whatever_comes_of_them_pages_go_on_at_a_bounded_pace(
    ends: list[Outcome], rota: Rota, looks: int
) -> None:
    """Three hours of a worker that looks every few seconds."""
    pages: list[Paged] = []
    at, ring = NOW, 25 * ONE_SECOND
    while at < NOW + timedelta(hours=3):
        due = next_page(WAITING, pages, rota, at)
        if due is not None:
            outcome = ends[len(pages) % len(ends)]
            ended = at if outcome in RANG_NOBODY else at + ring
            pages.append(
                Paged(due.place, due.person.name, due.person.number, due.person.by, at, outcome, ended)
            )
            at = ended
        at += looks * ONE_SECOND
    assert [one.place for one in pages] == list(range(1, len(pages) + 1))
    assert pages[0].at - NOW < rota.first_after + looks * ONE_SECOND
    # Never lost: no silence longer than the slow pace. Never a tight loop: nobody is rung within their rest.
    longest = SLOWLY if len(pages) >= PRESSING else rota.again_after
    assert (
        max((later.at - one.at for one, later in pairwise(pages)), default=timedelta(0))
        <= longest + ring + looks * ONE_SECOND
    )
    for number in {one.number for one in pages}:
        rung = [one.at for one in pages if one.number == number and one.outcome not in RANG_NOBODY]
        assert all(later - one >= rota.again_after for one, later in pairwise(rung))
    assert all(later.at - one.at >= FIRST_PAUSE for one, later in pairwise(pages))
