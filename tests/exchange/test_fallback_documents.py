"""The documents that stand at the carrier for when our machines do not answer, played as they are."""

from pathlib import Path

import pytest

from exchange.exchange import CallRecord, Exchange
from exchange.settings import NumberSettings, Person
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.scripted_hotline import Answer, Asked, ScriptedHotline

DOCS = Path(__file__).resolve().parents[2] / "docs"
FALLBACK = (DOCS / "fallback.xml").read_text("utf-8")
THANKS = (DOCS / "fallback-thanks.xml").read_text("utf-8")
PLACEHOLDERS = ("+622150001001", "https://handler.twilio.com/twiml/EH00000000000000000000000000000000")
LANGUAGES = ["id-ID", "cmn-CN", "en-GB"]
SORRY, NAME, THANKED, NOTHING = "We are sorry", "your name", "Your message is kept", "We heard no message"


def called(hotline: ScriptedHotline, person: Person, *steps: dict[str, object]) -> CallRecord:
    """A call while our machine refuses, and the carrier has the two documents, filled in."""
    filled = FALLBACK.replace(PLACEHOLDERS[1], f"{hotline.base}/thanks")

    def unwell(_asked: Asked) -> Answer:
        return Answer(status=503)

    hotline.answers |= {
        "/answer": unwell,
        "/fallback": Answer(filled.encode()),
        "/thanks": Answer(THANKS.encode()),
    }
    number = NumberSettings(f"{hotline.base}/answer", f"{hotline.base}/status", f"{hotline.base}/fallback")
    with Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers={NUMBER: number},
        people={PLACEHOLDERS[0]: person},
        speed=float("inf"),
    ) as exchange:
        return exchange.call(from_=CALLER, to=NUMBER, script=steps)


def languages(record: CallRecord) -> list[str]:
    return [str(said["language"]) for said in record.of("saying")]


def test_the_document_has_the_places_that_are_to_be_filled_in() -> None:
    assert all(FALLBACK.count(one) == 1 for one in PLACEHOLDERS)
    deploy = (DOCS / "deploy.md").read_text("utf-8")
    assert all(one in deploy for one in PLACEHOLDERS)


def test_whoever_reaches_nobody_leaves_a_message_and_is_thanked_in_every_language(
    hotline: ScriptedHotline,
) -> None:
    record = called(hotline, Person("no-answer"), {"speaks": 9.0, "then": "#"})
    assert [line for line in record.heard if any(one in line for one in (SORRY, NAME, THANKED))] != []
    assert languages(record) == LANGUAGES * 3
    assert any(THANKED in line for line in record.heard)
    assert not any(NOTHING in line for line in record.heard)
    assert hotline.fields("/thanks")["RecordingDuration"] == "9"
    assert (record.ended_by, record.status) == ("hangup", "completed")
    assert len(hotline.at("/fallback")) == 1


def test_whoever_says_nothing_is_told_that_nothing_was_kept(hotline: ScriptedHotline) -> None:
    record = called(hotline, Person("no-answer"), {"stays_silent": True})
    assert languages(record) == LANGUAGES * 3
    assert any(NOTHING in line for line in record.heard)
    assert not hotline.at("/thanks")


def test_a_person_who_answers_is_reached_first(hotline: ScriptedHotline) -> None:
    record = called(hotline, Person("answers", rings=4.0, talks=20.0), {"stays_silent": True})
    assert record.of("bridged")[0]["number"] == PLACEHOLDERS[0]


def test_whoever_hangs_up_while_speaking_has_left_a_message(hotline: ScriptedHotline) -> None:
    called(hotline, Person("busy"), {"speaks": 5.0, "then": "hangs_up"})
    assert hotline.fields("/thanks")["Digits"] == "hangup"


@pytest.mark.parametrize("document", [FALLBACK, THANKS])
def test_the_documents_stay_small_and_name_nothing_of_ours(document: str) -> None:
    assert len(document.encode()) < 4_000  # what the carrier keeps of a document
    assert "{{" not in document  # it would be filled in by the carrier
