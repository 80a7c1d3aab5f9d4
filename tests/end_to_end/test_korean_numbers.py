"""Callers who say a number in Korean, heard by Vosk, through everything: webhooks, sockets, decoders."""

from collections.abc import Iterator

import pytest

from exchange.callers import Says, Step
from exchange.exchange import CallRecord, Exchange
from tests.end_to_end.speaking import Hearing, hearing, told
from tests.korean_numbers import book_in, said, spoken
from tests.servers import program
from tests.voices import korean_model

NUMBER, OTHER = "323523", "325325"  # both pass their check digit
ASKED, NEXT = "주문 번호를 말씀하세요", "무엇을 도와드릴까요"
READ_BACK = {NUMBER: "삼 이 삼 오 이 삼", OTHER: "삼 이 오 삼 이 오"}

pytestmark = [pytest.mark.xdist_group("real ears"), pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def ears(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hearing]:
    program("espeak-ng", "espeak-ng")
    folder = tmp_path_factory.mktemp("numbers")
    models = folder / "models"
    models.mkdir()
    (models / "ko").symlink_to(korean_model())
    with hearing(folder, BOOKS_DIR=str(book_in(folder / "numbers", len(NUMBER), "damm"))) as ears:
        yield ears


@pytest.fixture
def line(ears: Hearing) -> Iterator[Exchange]:
    """Where nothing takes time but what is said."""
    ears.await_room()
    with ears.hotline.exchange() as exchange:
        yield exchange


def says(number: str) -> Step:
    return Says(spoken(number), "ko", sound=said(number))


def speaks(line: Exchange, ears: Hearing, who: str, *steps: Step) -> CallRecord:
    return line.call(from_=f"+821012345{who}", to=ears.hotline.settings.hotline_number, script=steps)


def asked_of(record: CallRecord) -> list[str]:
    """What the caller was asked, one question after the other."""
    parts = (ASKED, *READ_BACK.values(), NEXT)
    return [part for one in record.heard for part in parts if part in one]


def test_a_number_is_read_back_and_counts_after_a_yes(line: Exchange, ears: Hearing) -> None:
    record = speaks(line, ears, "690", says(NUMBER), Says("네", "ko"))
    assert asked_of(record) == [ASKED, READ_BACK[NUMBER], NEXT], told(record)
    assert record.of("pressed") == [], told(record)


def test_a_number_that_is_not_the_one_is_said_again(line: Exchange, ears: Hearing) -> None:
    record = speaks(line, ears, "691", says(OTHER), Says("아니요", "ko"), says(NUMBER), Says("네", "ko"))
    said_again = [ASKED, READ_BACK[OTHER], ASKED, READ_BACK[NUMBER], NEXT]
    assert asked_of(record) == said_again, told(record)
    assert record.of("pressed") == [], told(record)
