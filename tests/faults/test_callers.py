"""Faults 22 to 31: callers who leave, say nothing, press anything, and hear a message of theirs again."""

from __future__ import annotations

from collections import Counter

from exchange.exchange import CallPlan, CallRecord, ScriptLike
from exchange.mishaps import Mishap, MishapKind
from exchange.tape import TapeEvent
from identity.demo import DEMO_CUSTOMERS
from storms.machine import PLAY
from tests.end_to_end import callers
from tests.end_to_end.running import numbers_heard
from tests.faults.line import ENGLISH, Line
from tests.faults.telling import Fault
from tests.shipped import BOOK

WORDS = BOOK.wordings["en"]
LEAVING = (True, "during", "reply", "unheard")  # while it waits, in its words, before and after its answer
NEVER = 1_000  # steps: nothing of it is ever kept
UNFETCHED: tuple[MishapKind, ...] = ("fails-before", "black-hole")
FETCHES = 10  # of a recording: more than are tried
DEAD_AIR = 3.0  # seconds, at most
KEYS, MANY_KEYS, QUICK = 200, 100, 0.2  # pressed, at least taken of them, seconds between two of them
SILENCES_AT_MOST = 12  # then a call has ended by itself


def own_details(language: str) -> ScriptLike:
    demo = DEMO_CUSTOMERS[0]
    return callers.own_details(language, demo.customer.account, demo.pin.reveal())


# What callers come with, and after how many steps something of it is kept, however they leave.
PATHS = ((callers.failed_payment, 4), (callers.feedback, 5), (callers.urgent, 2), (own_details, NEVER))


def test_fault_22_hanging_up_in_each_state(line: Line, fault: Fault) -> None:
    plans, kept_from = leaving(line.hotline.settings.hotline_number)
    with line.carrier() as carrier:
        records = carrier.exchange.call_many(plans, at_once=8)
        for record in records:
            carrier.assert_well_answered(record)
    ended = [record.sid for record in records]
    assert sorted(line.hotline.ends_heard(ended)) == sorted(ended)
    filed = line.hotline.tickets(ended)
    assert set(Counter((one.call, one.topic) for one in filed).values()) == {1}
    heard = {record.sid: set(numbers_heard(record)) for record in records}
    for record, plan, kept in zip(records, plans, kept_from, strict=True):
        own = {one.number for one in filed if one.call == record.sid}
        # Who left before the number came has a row all the same; who heard one has that one and no other.
        assert not heard[record.sid] or heard[record.sid] == own, record.heard
        assert own or len(plan.script) <= kept, plan.script
    told = {number for numbers in heard.values() for number in numbers}
    assert told <= {one.number for one in filed if not one.partial}
    assert 0 < len(told) < len(filed)
    fault.tells(
        f"{len(plans)} callers hang up, one before, in the middle of, before and just after each answer of "
        f"four kinds of calls; {len({one.call for one in filed})} had named what it is about, each of them "
        f"has one ticket, and it is the one whose number they heard, if they did",
        (),
    )


def leaving(to: str) -> tuple[list[CallPlan], list[int]]:
    """Callers who leave in each state of each path; after how many steps something of theirs is kept."""
    plans, kept_from = list[CallPlan](), list[int]()
    for script, kept in PATHS:
        steps = list(script(ENGLISH))
        for turns in range(len(steps)):
            for when in LEAVING:
                number = callers.number(2_000 + len(plans))
                plans.append(CallPlan(number, to, [*steps[:turns], {"hangs_up": when}]))
                kept_from.append(kept)
    return plans, kept_from


def test_fault_24_silence_for_ever(line: Line, fault: Fault) -> None:
    with line.carrier() as carrier:
        caller = carrier.caller()
        menu = caller.press(ENGLISH)[-1]
        heard: list[str] = []
        for _ in range(SILENCES_AT_MOST):
            if not caller.over:
                heard += caller.stay_silent()
        assert caller.over
        caller.leave()
    how, person = (words.replace("{person_key}", "0") for words in WORDS.common.silence)
    # Asked again twice, the second time with the offer of a person; then no more.
    assert heard[:4] == [how, menu, person, menu]
    assert heard.count(menu) == 2
    assert heard[4].startswith(f"{WORDS.prompts['give-up'].say} For a person, press 1.")
    fault.tells("The caller chooses a language and then never presses a key again", heard)


def test_fault_25_two_hundred_keys_at_once(line: Line, fault: Fault) -> None:
    quick, jammed = (pressing(line, place, gap) for place, gap in enumerate((QUICK, 0.0)))
    # The carrier takes the keys one by one; a call has its end, also one that goes in circles.
    assert len(taken(quick)) > MANY_KEYS
    fault.tells("Two hundred times the key 1, five in a second", quick.heard[-3:])
    # What is pressed while nobody listens, the carrier drops: one key is taken, and the menu behind it asked.
    assert (len(taken(jammed)), len(taken(jammed, lost=True))) == (2, KEYS - 1)
    assert len(jammed.of("document")) == len(taken(jammed)) + 1
    fault.tells(
        "Two hundred times the key 1, all in one moment: the carrier takes the first and drops the rest",
        jammed.heard[-3:],
    )


def pressing(line: Line, place: int, gap: float) -> CallRecord:
    """Somebody who holds the key 1 in the main menu; so many seconds between two of them."""
    keys = {"presses": ENGLISH * KEYS, "gap": gap}
    with line.carrier() as carrier:
        record = carrier.exchange.call(
            from_=callers.number(2_900 + place),
            to=line.hotline.settings.hotline_number,
            script=[{"presses": ENGLISH}, keys, {"hangs_up": True}],
        )
        carrier.assert_well_answered(record)
    return record


def taken(record: CallRecord, *, lost: bool = False) -> str:
    """The keys that a document asked for, or those that nobody listened to."""
    return "".join(one["keys"] for one in record.of("pressed") if one["lost"] is lost)


def test_fault_31_what_was_spoken_cannot_be_played(line: Line, fault: Fault) -> None:
    for kind in UNFETCHED:
        heard = played_back(line, kind)
        fault.tells(f"The carrier does not give what is to be played back ({kind})", heard[5:])


def played_back(line: Line, kind: MishapKind) -> tuple[str, ...]:
    """What is heard by somebody who leaves a message and hears it again."""
    with line.carrier() as carrier:
        carrier.exchange.mishaps.plan("media.fetch", Mishap(kind), FETCHES)
        record = carrier.exchange.call(
            from_=callers.number(2_910 + UNFETCHED.index(kind)),
            to=line.hotline.settings.hotline_number,
            script=callers.feedback(ENGLISH),
        )
        carrier.assert_well_answered(record)
    (played,) = [event for event in record.events if is_played(event)]
    assert played.details["status"] == 200
    assert carrier.machine.spent(played) <= DEAD_AIR
    return record.heard


def is_played(event: TapeEvent) -> bool:
    """Whether it is the answer to a file that was to be played."""
    return event.kind == "replied" and event.details["what"] == PLAY
