"""What is kept at the carrier: the whole list since a moment, or trouble; and what is deleted is gone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from foundation.clock import Deadline, SystemClock
from foundation.redaction import Secret
from telephony.kept_recordings import KeptRecordings, LeftRecording
from telephony.recordings import CarrierAccount
from telephony.rest import CarrierRest, Refused, Unclear, Unreached
from tests.scripted_carrier import Answer, Carrier, carrier, gives, refuses, says
from tests.servers import free_port

SID = "AC" + "de30" * 8
LIST = f"/2010-04-01/Accounts/{SID}/Recordings.json"
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CLOCK = SystemClock()


def recording(number: int, at: datetime = AT, **changes: str) -> dict[str, str]:
    """As the carrier lists one, as far as we read it."""
    usual = {
        "sid": f"RE{number:032}",
        "call_sid": f"CA{number:032}",
        "date_created": format_datetime(at),
        "duration": "9",
        "source": "RecordVerb",
        "status": "completed",
    }
    return usual | changes


def page(*rows: Mapping[str, str], following: str | None = None) -> Answer:
    return says({"recordings": list(rows), "next_page_uri": following})


@contextmanager
def kept_at(url: str) -> Iterator[KeptRecordings]:
    rest = CarrierRest(CarrierAccount(url, SID, "SK1", Secret("hidden")), CLOCK, tries=1)
    yield KeptRecordings(rest)
    rest.close()


def since(one: Carrier, at: datetime = AT, seconds: float = 10.0) -> object:
    with kept_at(one.url) as kept:
        return kept.since(at, Deadline.after(seconds, CLOCK))


def test_every_page_is_read_and_each_message_told() -> None:
    later = recording(2, AT + timedelta(hours=1))
    with carrier(
        page(later, following=f"{LIST}?PageSize=500&Page=1&PageToken=PARE2"), page(recording(1))
    ) as one:
        found = since(one)
    assert found == (
        LeftRecording(later["sid"], later["call_sid"], AT + timedelta(hours=1), 9),
        LeftRecording(f"RE{1:032}", f"CA{1:032}", AT, 9),
    )
    assert [it.path for it in one.asked] == [LIST, LIST]
    assert one.asked[0].fields == {"DateCreated>": "2026-11-24T00:00:00Z", "PageSize": "500"}
    assert one.asked[1].fields == {"PageSize": "500", "Page": "1", "PageToken": "PARE2"}


def test_what_is_older_or_was_not_left_by_a_caller_is_not_told() -> None:
    others = (
        recording(1, AT - timedelta(seconds=1)),
        recording(2, source="Conference"),
        recording(3, status="processing"),
        recording(4, status="absent"),
    )
    with carrier(page(*others)) as one:
        assert since(one) == ()


@pytest.mark.parametrize(
    "odd",
    [
        says({}),
        says({"recordings": "none", "next_page_uri": None}),
        says({"recordings": [{}], "next_page_uri": None}),
        says({"recordings": []}),
        page(recording(1, duration="long")),
        page(recording(1, date_created="yesterday")),
        page(following="/elsewhere"),
        gives(b"<html>"),
    ],
)
def test_an_answer_that_is_no_list_is_unclear_and_never_a_fault_of_ours(odd: Answer) -> None:
    with carrier(odd) as one:
        assert isinstance(since(one), Unclear)


def test_a_list_without_an_end_is_left_at_a_bound() -> None:
    with carrier(page(following=f"{LIST}?PageSize=500&Page=1")) as one:
        assert isinstance(since(one), Unclear)
        assert len(one.asked) == 40
    with carrier(page(following=f"{LIST}?PageSize=500&Page=1")) as one:
        assert isinstance(since(one, seconds=0.0), Unclear)


@pytest.mark.parametrize("gone", [gives(b"", 204), refuses(404, 20404, "not found")])
def test_what_is_deleted_is_gone_also_if_it_was_before(gone: Answer) -> None:
    with carrier(gone) as one, kept_at(one.url) as kept:
        assert kept.remove("RE1") is None
    assert (one.asked[0].method, one.asked[0].path) == ("DELETE", f"{LIST.removesuffix('.json')}/RE1.json")


def test_what_cannot_be_deleted_is_told() -> None:
    with carrier(refuses(401, 20003, "Authenticate")) as one, kept_at(one.url) as kept:
        assert isinstance(kept.remove("RE1"), Refused)
    with kept_at(f"http://127.0.0.1:{free_port()}") as kept:
        assert isinstance(kept.remove("RE1"), Unreached)
