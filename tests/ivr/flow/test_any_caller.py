"""Whatever a caller does, the engine answers: bounded, never lost, and it keeps no secret."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ivr.flow.engine import NODES_A_TURN, TURNS_A_CALL, TURNS_OF_FAREWELL, asks_secret, begin, step
from ivr.flow.errands import (
    CheckPin,
    Errand,
    FindAnnouncement,
    FindMeaning,
    FindTicket,
    OpenTicket,
    RecallCaller,
    TakeBackTicket,
)
from ivr.flow.events import NodeEntered
from ivr.flow.inputs import (
    Answered,
    BridgeEnded,
    CallerInput,
    Digits,
    HungUp,
    Outcome,
    Recorded,
    Reply,
    Silence,
    Utterance,
)
from ivr.flow.instructions import WAITS, Collect, HangUp
from ivr.flow.replies import (
    Announced,
    Done,
    Likened,
    NothingAnnounced,
    PinAccepted,
    PinRefused,
    Recalled,
    Result,
    Slowed,
    TakenBack,
    TicketFound,
    TicketOpened,
    TicketUnknown,
    Unavailable,
)
from ivr.flow.state import FACTS_AT_MOST, TRAIL_AT_MOST, CallState
from ivr.flow.turn import Turn
from ivr.matching.verdicts import Accepted, Doubted, Rejected, Verdict
from ivr.menus.model import MenuBook
from speech.requests import Alternative

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ERRANDS_A_TURN = 5
PIN = "847305"
SPOKEN_PIN = "eight four seven three zero five"

numbers = st.sampled_from([None, "+6281234567801", "+14155550100"])
keys = st.one_of(
    st.sampled_from(["0", "9", "*", "#", "1", "2", "3", "4", "5", "8", "", "0123456782", "081234567801"]),
    st.text("0123456789*#", max_size=12),
)


words = st.sampled_from(
    [
        *("yes", "no", "a person", "stop my money", "go back", "say it again", "payments", "a refund"),
        *("a payment failed", "still not working", "one", "five oh oh oh", "one two three", "double four"),
        *(
            "one oh oh two oh oh three oh one eight",
            "the second group is wrong",
            "I don't have it",
            "send it",
        ),
        *(SPOKEN_PIN, "purple monkey", "[unk]", "", "是", "today", "a shop"),
    ]
)
sureness = st.sampled_from([0.95, 0.6, 0.1])
alternatives = st.lists(st.builds(Alternative, words, sureness), max_size=3).map(tuple)


def heard() -> st.SearchStrategy[CallerInput]:
    """What may come from a caller or the carrier; keys twice as often as anything else."""
    pressed = keys.map(lambda pressed: Digits(AT, pressed))
    said = st.builds(
        lambda said, seconds: Utterance(AT, said, "scripted", seconds=seconds),
        alternatives,
        st.sampled_from([0.0, 0.5, 9.0]),
    )
    return st.one_of(
        pressed,
        pressed,
        said,
        said,
        st.just(Silence(AT)),
        st.sampled_from(Outcome).map(lambda outcome: BridgeEnded(AT, outcome, 30)),
        st.integers(0, 90).map(lambda seconds: Recorded(AT, "RE" + "a" * 32, seconds)),
        st.just(HungUp(AT)),
    )


def replies(errand: Errand) -> st.SearchStrategy[Result]:
    """What the world may bring back for an errand: every kind of answer, and none at all."""
    brought: list[Result]
    match errand:
        case RecallCaller():
            brought = [Recalled(None), Recalled("zh"), Recalled("xx")]
        case FindAnnouncement():
            words = (("en", "The line is slow."), ("zh", "线路很慢。"))
            brought = [NothingAnnounced(), Announced(1, words)]
        case CheckPin():
            brought = [PinAccepted("0123456782"), PinRefused(), Slowed(30)]
        case OpenTicket():
            brought = [TicketOpened("123456784", AT), TicketOpened("123456784", AT, joined=True)]
        case FindMeaning():
            (way, _), *_ = errand.phrases
            found: list[Verdict] = [
                Accepted("", way, "x", 0.9),
                Doubted("", "person", "x", 0.4),
                Rejected("x", 0.1),
            ]
            brought = [Likened(one, errand.sure, errand.by) for one in found]
        case TakeBackTicket():
            brought = [TakenBack()]
        case FindTicket():
            brought = [TicketFound("123456784", "refund", "promised", AT), TicketUnknown(), Slowed(60)]
        case _:
            brought = [Done()]
    return st.sampled_from([*brought, Unavailable()])


def run(book: MenuBook, state: CallState, first: CallerInput, data: st.DataObject) -> Turn:
    """One turn with its errands, as the shell takes it; every step is held to the engine's bounds."""
    turn = step(book, state, first)
    entered = _entered(turn)
    for _ in range(ERRANDS_A_TURN):
        if turn.errand is None:
            break
        turn = step(book, turn.state, Reply(AT, data.draw(replies(turn.errand))))
        entered += _entered(turn)
    assert turn.errand is None, "a turn needs more errands than it may have"
    assert entered <= NODES_A_TURN * ERRANDS_A_TURN
    return turn


def begun(book: MenuBook, answered: Answered, ears: str) -> CallState:
    """A new call, heard in every language or in none."""
    hearers = tuple((language, ears) for language in book.languages if ears)
    return replace(begin(book, answered), hearers=hearers)


def _hears_what_it_may(book: MenuBook, turn: Turn, ears: str) -> None:
    last = turn.instructions[-1] if turn.instructions else None
    if isinstance(last, Collect):
        # Where a voice was not understood too often the same question goes on by keys.
        listens = bool(ears) and not last.secret and not turn.state.place.by_keys
        assert (last.hears is not None) == listens
        assert last.secret == asks_secret(book, turn.state)


def _entered(turn: Turn) -> int:
    count = sum(isinstance(event, NodeEntered) for event in turn.events)
    assert count <= NODES_A_TURN
    return count


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    number=numbers, ears=st.sampled_from(["", "local"]), inputs=st.lists(heard(), max_size=25), data=st.data()
)
def test_whatever_is_heard_the_call_waits_for_something_or_is_over(
    shipped_book: MenuBook, number: str | None, ears: str, inputs: list[CallerInput], data: st.DataObject
) -> None:
    answered = Answered(AT, "CA" + "1" * 32, number, "+622150001000")
    turn = run(shipped_book, begun(shipped_book, answered, ears), answered, data)
    for one in inputs:
        state = replace(turn.state, turn=turn.state.turn + 1)
        turn = run(shipped_book, state, one, data)
        assert turn.state.ended or isinstance(turn.instructions[-1], WAITS)
        assert sum(isinstance(said, WAITS) for said in turn.instructions) <= 1
        assert len(turn.state.trail) <= TRAIL_AT_MOST
        assert len(turn.state.facts) <= FACTS_AT_MOST
        _hears_what_it_may(shipped_book, turn, ears)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(inputs=st.lists(heard(), max_size=20), data=st.data())
def test_no_state_ever_holds_the_keys_of_a_secret_question(
    shipped_book: MenuBook, inputs: list[CallerInput], data: st.DataObject
) -> None:
    # The way to the PIN, then whatever the caller does there.
    answered = Answered(AT, "CA" + "2" * 32, None, "+622150001000")
    turn = run(shipped_book, begun(shipped_book, answered, "local"), answered, data)
    start = turn.state.at(shipped_book.verification).staged("pin", "0123456782")
    assert asks_secret(shipped_book, start)
    spoken = (Alternative(SPOKEN_PIN, 1.0),)
    turn = run(shipped_book, start, Utterance(AT, spoken, "scripted"), data)
    assert turn.state == start
    turn = run(shipped_book, start, Digits(AT, PIN), data)
    assert PIN not in repr(turn)
    for one in inputs:
        # Said to an open question it is the beginning of some other number, and is read back.
        if SPOKEN_PIN in repr(one) and not asks_secret(shipped_book, turn.state):
            continue
        turn = run(shipped_book, turn.state, one, data)
        assert PIN not in repr(turn)


def test_a_call_that_never_ends_is_led_to_a_person_and_then_ended(shipped_book: MenuBook) -> None:
    answered = Answered(AT, "CA" + "3" * 32, None, "+622150001000")
    state = step(shipped_book, begin(shipped_book, answered), answered).state
    late = replace(state, turn=TURNS_A_CALL)
    turn = step(shipped_book, late, Silence(AT + timedelta(hours=1)))
    assert turn.instructions[0].prompt == "common.too_long"  # type: ignore[union-attr]
    assert turn.state.place.node == shipped_book.give_up
    turn = step(shipped_book, replace(turn.state, turn=TURNS_A_CALL + TURNS_OF_FAREWELL + 1), Silence(AT))
    assert turn.instructions == (HangUp(),)


def test_only_the_whole_entry_is_an_everywhere_key(shipped_book: MenuBook) -> None:
    answered = Answered(AT, "CA" + "4" * 32, None, "+622150001000")
    state = step(shipped_book, begin(shipped_book, answered), answered).state
    there = state.at(shipped_book.verification)
    inside = step(shipped_book, there, Digits(AT, "0912"))
    assert inside.state.place.node == shipped_book.verification
    alone = step(shipped_book, there, Digits(AT, "9"))
    assert isinstance(alone.errand, OpenTicket)
    assert alone.errand.topic == "stop-my-money"
    assert alone.errand.priority == "urgent"


def test_a_secret_question_says_so_to_the_channel(shipped_book: MenuBook) -> None:
    answered = Answered(AT, "CA" + "5" * 32, None, "+622150001000")
    state = step(shipped_book, begin(shipped_book, answered), answered).state
    asked = step(shipped_book, state.at(shipped_book.verification), Digits(AT, "0123456782"))
    collect = asked.instructions[-1]
    assert isinstance(collect, Collect)
    assert collect.secret == asks_secret(shipped_book, asked.state)
