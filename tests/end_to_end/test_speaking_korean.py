"""Callers who speak Korean, heard by Vosk, through everything: a book, webhooks, sockets, decoders."""

import os
import signal
from collections.abc import Iterator

import pytest

from exchange.callers import Says, Step
from exchange.exchange import CallRecord, Exchange
from tests.end_to_end.running import ROOT
from tests.end_to_end.speaking import Hearing, hearing, told
from tests.servers import program
from tests.voices import korean_model

BOOK = ROOT / "tests" / "korean_book"
REFUND, YES = "환불", "네"
ASKED, SURE, NOTED = "무엇을 도와드릴까요", "환불 맞습니까", "알겠습니다"
LIMIT = 30.0  # seconds: these tests are not about time

pytestmark = [pytest.mark.xdist_group("real ears"), pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def ears(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hearing]:
    program("espeak-ng", "espeak-ng")
    folder = tmp_path_factory.mktemp("korean")
    models = folder / "models"
    models.mkdir()
    (models / "ko").symlink_to(korean_model())
    with hearing(folder, BOOKS_DIR=str(BOOK)) as ears:
        yield ears


@pytest.fixture
def line(ears: Hearing) -> Iterator[Exchange]:
    """Where nothing takes time but what is said."""
    ears.await_room()
    with ears.hotline.exchange() as exchange:
        yield exchange


def speaks(line: Exchange, ears: Hearing, who: str, *words: str) -> CallRecord:
    steps: list[Step] = [Says(one, "ko") for one in words]
    return line.call(from_=f"+821012345{who}", to=ears.hotline.settings.hotline_number, script=steps)


def test_a_caller_speaks_her_way_to_the_end_without_a_key(line: Exchange, ears: Hearing) -> None:
    record = speaks(line, ears, "678", REFUND, YES)
    heard = [one for one in record.heard if any(part in one for part in (ASKED, SURE, NOTED))]
    assert [part for one in heard for part in (ASKED, SURE, NOTED) if part in one] == [ASKED, SURE, NOTED], (
        told(record)
    )
    assert (record.of("pressed"), record.ended_by) == ([], "hangup"), told(record)


def test_what_nobody_offers_is_asked_again_or_doubted(line: Exchange, ears: Hearing) -> None:
    record = speaks(line, ears, "679", "고양이가 자고 있어요")
    answered = record.heard[record.heard.index(next(one for one in record.heard if ASKED in one)) + 1 :]
    assert any("알아듣지 못했습니다" in one or "맞습니까? 네는" in one for one in answered), told(record)
    assert not any(NOTED in one for one in record.heard), told(record)


def test_words_cut_a_prompt_short(ears: Hearing) -> None:
    ears.await_room()
    with ears.hotline.exchange(speed=1.0) as line:
        phone = line.dial(from_="+821012345680", to=ears.hotline.settings.hotline_number)
        phone.wait_for("stream", within=LIMIT)
        asked = phone.wait_for("saying", within=LIMIT)
        phone.say(REFUND, "ko")
        moved = phone.wait_for("moved", asked.sequence, within=LIMIT)
        following = phone.wait_for("saying", moved.sequence, within=LIMIT)
        phone.hang_up()
        record = phone.until_over()
    assert SURE in following.details["text"], told(record)


def test_decoders_that_are_killed_in_the_middle_of_a_word_cost_no_call(line: Exchange, ears: Hearing) -> None:
    phone = line.dial(from_="+821012345681", to=ears.hotline.settings.hotline_number)
    phone.wait_for("listening", within=LIMIT)
    phone.say(REFUND, "ko")
    phone.wait_for("spoken", within=LIMIT)
    for decoder in ears.decoders():
        os.kill(decoder, signal.SIGKILL)
    # Another decoder hears the word that was kept, or the question is asked again, by keys.
    moved = phone.wait_for("moved", within=LIMIT)
    said = phone.wait_for("saying", moved.sequence, within=LIMIT)
    if SURE not in said.details["text"]:
        phone.press("1")
        said = phone.wait_for("saying", said.sequence, within=LIMIT)
    phone.press("1")
    record = phone.until_over()
    assert any(NOTED in one for one in record.heard), told(record)
    assert [one for one in record.of("fault") if one["heard"]] == [], told(record)
