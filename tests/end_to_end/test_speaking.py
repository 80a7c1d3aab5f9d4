"""Callers who speak, in English, through everything: real sound over real sockets, to real processes."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from exchange.callers import Presses, Says, Step
from exchange.exchange import CallRecord, Exchange, Telephone
from exchange.mishaps import Mishap
from exchange.sound import joined, silent_sound
from exchange.tape import TapeEvent
from identity.demo import DEMO_CUSTOMERS
from speech.listener import ENDS, FRAME_MS
from speech.mailbox import Mailbox, Seen
from speech.requests import Kind
from tests.end_to_end.running import ROOT, numbers_heard
from tests.end_to_end.speaking import Hearing, Truthful, hearing, told
from tests.servers import program
from tests.speech.streaming import awaited

PAYMENT = (
    ("For English", ("English",)),
    ("What is it about", ("payments",)),
    ("payment that failed", ("a payment failed", "failed payment", "I could not pay")),
    ("pay again", ("it failed again", "still not working")),
    ("How much was it", ("I don't know it", "I don't have it")),
    ("When was it", ("today", "yesterday")),
    ("Who was to be paid", ("something else", "the water bill", "another person")),
    ("To be called on the number", ("this number", "the same number", "call this number")),
    ("speak to a person about it", ("the ticket is enough",)),
    ("anything else", ("that is all", "that was all")),
)
FIRST = DEMO_CUSTOMERS[0]
ENGLISH = Presses("1")
# Recordings of real people; where they are not, nobody is asked to say them.
PEOPLE = [one for up in ("..", "../..") if (one := ROOT / up / "shared/data/spoken-digits").is_dir()][:1]
UNCONFIRMED = ("I have ", "I did not understand", "I could not use that", "Did you say")
LIMIT = 30.0  # seconds: these tests are not about time
# Seven seconds without a breath; the longest utterance has eight.
AT_LENGTH = (
    "my money did not arrive and I do not know what to do about it so please help me to find out "
    "where it is now and when it comes"
)

pytestmark = [pytest.mark.xdist_group("speaking"), pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def ears(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hearing]:
    program("flite", "flite")
    with hearing(tmp_path_factory.mktemp("speaking")) as ears:
        yield ears


@pytest.fixture
def line(ears: Hearing) -> Iterator[Exchange]:
    """Where nothing takes time but what is said."""
    ears.await_room()
    with ears.hotline.exchange() as exchange:
        yield exchange


def speaks(line: Exchange, ears: Hearing, who: str, *steps: Step) -> CallRecord:
    return line.call(from_=f"+62812345600{who}", to=ears.hotline.settings.hotline_number, script=steps)


def says(*words: str) -> Sequence[Says]:
    return [Says(one, "en") for one in words]


def test_a_caller_speaks_her_way_to_a_ticket_without_a_key(line: Exchange, ears: Hearing) -> None:
    record = speaks(line, ears, "01", *Truthful(PAYMENT).steps())
    (filed,) = ears.hotline.tickets([record.sid])
    assert (filed.topic, filed.partial) == ("failed-payment", False), told(record)
    assert filed.number in numbers_heard(record)
    assert (record.of("pressed"), record.ended_by) == ([], "hangup"), told(record)
    counted = ears.hotline.metrics()
    answers = counted["hotline_speech_answer_seconds_count"]
    assert answers >= counted['hotline_speech_heard_total{outcome="words"}'] >= 1
    # No utterance of words is over before its silence is.
    assert counted["hotline_speech_answer_seconds_sum"] / answers >= ENDS[Kind.CHOICE] * FRAME_MS / 1_000


def test_a_number_with_a_pause_and_doubled_digits_is_read_back_and_the_pin_takes_keys(
    line: Exchange, ears: Hearing
) -> None:
    # 1002003018, as people say it.
    number = says("one double zero two, double zero three, zero one eight")
    keys, pin = [Presses(one) for one in "1221"], Presses(FIRST.pin.reveal())
    record = speaks(line, ears, "02", *keys, *number, *says("that's right"), pin)
    assert FIRST.customer.account == "1002003018"
    assert any("one zero zero two zero zero three zero one eight" in one for one in record.heard), told(
        record
    )
    names = [(one["what"], one["name"]) for one in record.of("stream")]
    assert names[:2] == [("started", "ears-1"), ("stopped", "ears-1")], "nobody listens to a PIN"


@pytest.mark.parametrize("people", PEOPLE)
def test_the_number_of_a_real_person_is_read_back_or_asked_again_and_goes_nowhere_unconfirmed(
    line: Exchange, ears: Hearing, people: Path
) -> None:
    said = [min(people.glob(f"{digit}_jackson_*.wav")).read_bytes() for digit in FIRST.customer.account]
    number = [part for one in said for part in (one, silent_sound(0.1))]
    keys = [Presses(one) for one in "1221"]
    record = speaks(line, ears, "08", *keys, Says("her number", "en", sound=joined(number, LIMIT)))
    assert record.of("moved"), "her voice was not noticed\n" + told(record)
    question, pin = (
        "Please say or type your ten-digit account number",
        "Now type your six-digit telephone PIN",
    )
    asked = next(place for place, one in enumerate(record.heard) if one.startswith(question))
    after = record.heard[asked + 1 :]
    assert any(one.startswith((*UNCONFIRMED, question)) or "Go on." in one for one in after), told(record)
    assert not any(one.startswith(pin) for one in after), told(record)


def test_what_makes_no_sense_is_asked_again_or_doubted_and_promises_nothing(
    line: Exchange, ears: Hearing
) -> None:
    nonsense = ("seventeen elephants on a bus", "the yellow tractor sings at night")
    record = speaks(line, ears, "03", ENGLISH, *Truthful((("", nonsense),)).steps(3))
    assert any(one.startswith(("I did not understand", "Did you say")) for one in record.heard), told(record)
    assert [one for one in ears.hotline.tickets([record.sid]) if not one.partial] == [], told(record)


def test_a_decoder_that_is_killed_in_the_middle_of_a_word_costs_no_call(
    line: Exchange, ears: Hearing
) -> None:
    phone = at_the_menu(line, ears, "04")
    first = ears.decoders()
    with ears.mailbox() as mailbox:
        killed = decoders_killed_while_she_speaks(phone, ears, mailbox)
    assert set(killed[0]) == set(first)
    assert len(killed) >= 2, "one is killed, and another one that hears the same words again"
    by_keys = next(one for one in documents(phone) if "<Stop>" in one.details["body"])
    assert "<Start>" not in by_keys.details["body"], "nobody listens now"
    again = phone.wait_for("saying", by_keys.sequence, within=LIMIT)
    phone.press("1")
    following = phone.wait_for("saying", again.sequence, within=LIMIT)
    phone.hang_up()
    record = phone.until_over()
    assert again.details["text"].startswith("What is it about? For payments"), told(record)
    assert following.details["text"].startswith("For a payment that failed, press 1."), told(record)
    assert [one["digits"] for one in record.of("pressed")] == ["1", "1"], told(record)
    assert [one for one in record.of("fault") if one["heard"]] == [], told(record)
    awaited(lambda: len(ears.decoders()) == len(first))
    assert not {one for few in killed for one in few} & set(ears.decoders())


def decoders_killed_while_she_speaks(phone: Telephone, ears: Hearing, mailbox: Mailbox) -> list[list[int]]:
    """Who they were: once she is in the middle of her words, and as often as another one hears them again."""
    request = mailbox.request(phone.sid)
    assert request is not None

    def looked() -> list[Seen]:
        seen = mailbox.look(phone.sid, request.turn)
        return [seen] if seen.speaking or seen.heard else []

    killed: list[list[int]] = []
    began = time.monotonic()
    phone.say(AT_LENGTH, "en")
    over = began + phone.wait_for("spoken", within=LIMIT).details["seconds"]
    while (heard := awaited(looked)[0].heard) is None:
        assert time.monotonic() < over, "her words are over"
        killed.append(ears.kill_decoders())
        mailbox.falls_silent(phone.sid, request.turn)  # what the dead had said of her
    assert heard.lost
    return killed


def documents(phone: Telephone) -> Iterator[TapeEvent]:
    """What the webhooks answer, as it comes."""
    after = 0
    while True:
        after = (found := phone.wait_for("document", after, within=LIMIT)).sequence
        yield found


def at_the_menu(line: Exchange, ears: Hearing, who: str) -> Telephone:
    """A person who has chosen English, and is asked what it is about."""
    phone = line.dial(from_=f"+62812345600{who}", to=ears.hotline.settings.hotline_number)
    listening = phone.wait_for("listening", within=LIMIT)
    phone.press("1")
    phone.wait_for("listening", listening.sequence, within=LIMIT)
    return phone


def test_a_socket_that_drops_in_the_middle_of_a_word_leaves_the_keys(line: Exchange, ears: Hearing) -> None:
    line.mishaps.plan("stream.open", Mishap("dropped", 0.2))
    record = speaks(line, ears, "05", ENGLISH, *says("money did not arrive"), Presses("1"), Presses("1"))
    errors = [one for one in record.of("stream") if one["what"] == "error"]
    assert len(errors) == 1, told(record)
    assert any("Three things are behind" in one for one in record.heard), told(record)
    assert [one for one in record.of("fault") if one["heard"]] == []


def test_words_cut_a_long_prompt_short(ears: Hearing) -> None:
    ears.await_room()
    with ears.hotline.exchange(speed=1.0) as line:
        phone = line.dial(from_="+6281234560006", to=ears.hotline.settings.hotline_number)
        asked = phone.wait_for("saying", within=LIMIT)
        phone.press("1")
        begun = phone.wait_for("stream", asked.sequence, within=LIMIT)
        privacy = phone.wait_for("saying", begun.sequence, within=LIMIT)
        phone.say("my account", "en")
        moved = phone.wait_for("moved", privacy.sequence, within=LIMIT)
        next_prompt = phone.wait_for("saying", moved.sequence, within=LIMIT)
        phone.hang_up()
        record = phone.until_over()
    cut = [one for one in record.of("heard") if one.get("cut_by") == "moved"]
    assert len(cut) == 1, told(record)
    assert "get into your account" in next_prompt.details["text"], told(record)


def test_while_nobody_hears_callers_are_asked_by_keys(ears: Hearing) -> None:
    ears.end()
    try:
        with ears.hotline.exchange() as line:
            record = speaks(line, ears, "07", ENGLISH, Presses("9"), Presses("1"))
        # For three seconds it is still believed to be there: its stream is refused, and that is all.
        assert "started" not in [one["what"] for one in record.of("stream")]
        assert ears.hotline.tickets([record.sid]), told(record)
    finally:
        ears.begin()
