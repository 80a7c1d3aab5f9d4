"""What somebody on call hears when an urgent ticket waits, in three languages, whatever they press."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from callbacks.paging.on_call import OnCallPerson
from callbacks.paging.pages import Pages
from foundation.database import Database
from ivr.channels.addresses import OVERRIDES
from ivr.handlers.page_words import WORDS, text_of
from ivr.handlers.pages import TIMES, PageDoor
from ivr.menus.lint.on_call import SPOKEN
from tests.callbacks.paging_desk import CHEN, FIRST, SARI, SARI_NUMBER, PagingDesk
from tests.callbacks.promise_desk import CLOCK, within
from tests.ivr.handlers.front import TO, Front, attribute, spoken, tags
from tests.makers import NOW

CALL = "CA" + "1".rjust(32, "0")
ANN = OnCallPerson(name="Ann", number="+622150001023", language="en")


@pytest.fixture
def paging(tmp_path_factory: pytest.TempPathFactory, sqlite_template: object) -> Iterator[PagingDesk]:
    place = tmp_path_factory.mktemp("pages") / "hotline.sqlite"
    shutil.copy(str(sqlite_template), place)
    database = Database(f"sqlite:///{place}", CLOCK, limit=20)
    desk = PagingDesk(database, people=(ANN,))
    yield desk
    database.close()


@pytest.fixture
def front(paging: PagingDesk) -> Front:
    return front_of(paging)


def front_of(paging: PagingDesk) -> Front:
    pages = Pages(paging.database, paging.new_attempt)
    return Front(
        clock=paging.clock, pages=lambda writer, addresses, turns: PageDoor(pages, writer, addresses, turns)
    )


def rings(paging: PagingDesk) -> tuple[str, str]:
    """The ticket, and the attempt of its first page."""
    ticket = paging.urgent()
    paging.look(FIRST)
    return ticket, paging.last(ticket).attempt


def page(front: Front, attempt: str, time: int = 0, **fields: str) -> TestResponse:
    told = {"CallSid": CALL, "Direction": "outbound-api", "From": TO, "To": SARI_NUMBER, **fields}
    return front.post(f"/voice/pages/{attempt}/{time}?language=en", **told)


def groups(ticket: str) -> list[str]:
    return [" ".join(ticket[place : place + 3]) for place in range(0, 9, 3)]


def test_a_page_says_since_when_something_waits_and_which_key_takes_it(
    paging: PagingDesk, front: Front
) -> None:
    ticket, attempt = rings(paging)
    heard = page(front, attempt)
    assert tags(heard) == ["Response", "Gather", "Say", "Redirect"]
    # The promise was made at half past nine in Jakarta.
    assert "An urgent request has been waiting since Monday 23 November, 09:30" in spoken(heard)
    assert "press 1" in spoken(heard)
    assert attribute(heard, "Gather", "numDigits") == "1"
    assert attribute(heard, "Gather", "action").endswith(f"/voice/pages/{attempt}/1?language=en{OVERRIDES}")
    assert ticket not in heard.text.replace(" ", "")


def test_whoever_presses_1_hears_the_number_twice_and_the_call_ends(paging: PagingDesk, front: Front) -> None:
    ticket, attempt = rings(paging)
    page(front, attempt)
    heard = page(front, attempt, 1, Digits="1")
    assert tags(heard)[-1] == "Hangup"
    for group in groups(ticket):
        assert spoken(heard).count(group) >= 2
    assert page(front, attempt, 1, Digits="1").data == heard.data
    assert paging.look(timedelta(hours=1)) == 0


def test_silence_and_wrong_keys_are_asked_again_and_then_the_next_is_rung(
    paging: PagingDesk, front: Front
) -> None:
    _, attempt = rings(paging)
    first = page(front, attempt)
    silent = page(front, attempt, 1)
    assert spoken(silent) == spoken(first)
    for key in ("2", "#", "*", "0", "11", "?"):
        wrong = page(front, attempt, 2, Digits=key)
        assert spoken(wrong).startswith(WORDS["en"].wrong), key
    last = page(front, attempt, TIMES, Digits="5")
    assert spoken(last) == WORDS["en"].unpressed
    assert tags(last) == ["Response", "Say", "Hangup"]


def test_1_counts_also_at_the_last_time(paging: PagingDesk, front: Front) -> None:
    ticket, attempt = rings(paging)
    page(front, attempt)
    assert groups(ticket)[0] in spoken(page(front, attempt, TIMES, Digits="1"))


def test_a_voicemail_that_answers_hears_no_number_of_a_ticket(paging: PagingDesk, front: Front) -> None:
    ticket, attempt = rings(paging)
    heard = "".join(page(front, attempt, time).text for time in range(TIMES + 1))
    assert not any(group in heard for group in groups(ticket))
    assert "+62812" not in heard


def test_keys_in_the_first_request_of_a_call_take_nothing(paging: PagingDesk, front: Front) -> None:
    _, attempt = rings(paging)
    assert "press 1" in spoken(page(front, attempt, 0, Digits="1"))


def test_a_stale_page_says_that_it_is_not_needed_and_nothing_else(paging: PagingDesk, front: Front) -> None:
    ticket, attempt = rings(paging)
    paging.presses(paging.last(ticket))
    for time in range(TIMES + 1):
        heard = page(front, attempt, time, CallSid="CA" + "e" * 32)
        assert (spoken(heard), tags(heard)[-1]) == (WORDS["en"].settled, "Hangup")
    assert spoken(page(front, "f" * 32)) == WORDS["en"].settled


def test_the_end_of_the_call_is_kept_and_told_twice_it_is_the_same(paging: PagingDesk, front: Front) -> None:
    ticket, attempt = rings(paging)
    page(front, attempt)
    for _ in range(2):
        answer = front.post(f"/voice/pages/{attempt}/status", CallSid=CALL, CallStatus="completed")
        assert answer.status_code == 204
    assert [str(outcome) for _, outcome in paging.outcomes(ticket)] == ["not pressed"]


@pytest.mark.parametrize(
    ("stage", "came"),
    [("busy", "busy"), ("no-answer", "no answer"), ("canceled", "no answer"), ("failed", "failed")],
)
def test_an_end_without_an_answer_has_its_own_name(
    paging: PagingDesk, front: Front, stage: str, came: str
) -> None:
    ticket, attempt = rings(paging)
    front.post(f"/voice/pages/{attempt}/status", CallSid=CALL, CallStatus=stage)
    assert [str(outcome) for _, outcome in paging.outcomes(ticket)] == [came]


@pytest.mark.parametrize("stage", ["queued", "initiated", "ringing", "in-progress", "something-new"])
def test_news_of_a_call_that_goes_on_changes_nothing(paging: PagingDesk, front: Front, stage: str) -> None:
    ticket, attempt = rings(paging)
    answer = front.post(f"/voice/pages/{attempt}/status", CallSid=CALL, CallStatus=stage)
    assert answer.status_code == 204
    assert paging.last(ticket).paged.outcome is None


def test_another_ticket_is_told_of_in_the_same_call(paging: PagingDesk, front: Front) -> None:
    first, second = sorted((paging.urgent("CA1"), paging.urgent("CA2")))
    paging.look(FIRST)
    attempt = paging.last(first).attempt
    page(front, attempt)
    heard = page(front, attempt, 1, Digits="1")
    assert tags(heard)[1] == "Gather"
    assert groups(first)[0] in spoken(heard)
    assert "One more urgent request" in spoken(heard)
    following = attribute(heard, "Gather", "action").split("/voice/pages/")[1].split("/")[0]
    heard = page(front, following, 1, Digits="1")
    assert groups(second)[0] in spoken(heard)
    assert tags(heard)[-1] == "Hangup"


def test_while_sql_is_gone_whoever_answers_hears_words_and_the_call_ends(
    paging: PagingDesk, front: Front
) -> None:
    _, attempt = rings(paging)
    page(front, attempt)
    with paging.database.writing(within()):
        # The only writer's place is taken: as slow as SQL can be.
        heard = page(front, attempt, 1, Digits="1")
        status = front.post(f"/voice/pages/{attempt}/status", CallSid=CALL, CallStatus="completed")
    assert (spoken(heard), tags(heard)[-1]) == (WORDS["en"].failed, "Hangup")
    assert status.status_code == 503


@pytest.mark.parametrize("person", [SARI, CHEN, ANN], ids=lambda person: person.language)
def test_a_page_is_spoken_in_the_language_of_whoever_is_on_call(
    paging: PagingDesk, person: OnCallPerson
) -> None:
    paging.people = (person,)
    front = front_of(paging)
    ticket, attempt = rings(paging)
    first, wrong = page(front, attempt), page(front, attempt, 1, Digits="7")
    taken = page(front, attempt, 2, Digits="1")
    words = WORDS[person.language]
    assert words.calling in spoken(first)
    assert words.wrong in spoken(wrong)
    assert words.taken in spoken(taken)
    assert words.goodbye in spoken(taken)
    assert "{" not in spoken(first) + spoken(taken)
    for group in groups(ticket):
        assert group in spoken(taken)


def test_a_text_says_since_when_and_nothing_of_the_customer() -> None:
    for language in WORDS:
        text = text_of(language, NOW, "Asia/Jakarta")
        assert "09:30" in text.replace(".", ":")
        assert len(text) < 320


def test_every_language_that_the_lint_lets_pass_has_words() -> None:
    assert set(SPOKEN) == set(WORDS)
