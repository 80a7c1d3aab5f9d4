"""What was recorded and is kept at the carrier: listed since a day, and deleted there.

Source: https://www.twilio.com/docs/voice/api/recording (read multiple, delete); for pages of a list
https://www.twilio.com/docs/usage/twilios-response.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from foundation.clock import Deadline
from telephony.rest import CarrierRest, Refused, Table, Told, Trouble, Unclear

PAGE_SIZE = 500  # one of them has about 900 bytes as JSON: half of the longest answer that is read
MOST_PAGES = 40
LEFT_BY_CALLERS = "RecordVerb"  # other sources are conferences and calls that were recorded as a whole
COMPLETED = "completed"  # others are still written, were never made, or are deleted


@dataclass(frozen=True, slots=True)
class LeftRecording:
    """A message that somebody left in `call` at the moment `at` (aware)."""

    sid: str
    call: str
    at: datetime
    seconds: int


class KeptRecordings:
    """Lists and deletes recordings of one account."""

    def __init__(self, rest: CarrierRest) -> None:
        self._rest = rest

    def since(self, at: datetime, deadline: Deadline) -> tuple[LeftRecording, ...] | Trouble:
        """What callers have left since that moment, the newest in front. Trouble: the list is not whole."""
        place, query = "/Recordings.json", _of_days(at)
        found: list[LeftRecording] = []
        for _ in range(MOST_PAGES):
            if deadline.passed():
                return Unclear("the list is longer than the time for it")
            outcome = self._rest.ask(place, query)
            if not isinstance(outcome, Told):
                return outcome
            try:
                found += [one for one in _left(outcome.table) if one.at >= at]
                following = outcome.table["next_page_uri"]
                if not following:
                    return tuple(found)
                query = dict(parse_qsl(urlsplit(str(following)).query, strict_parsing=True))
            except (KeyError, TypeError, ValueError, AttributeError):
                return Unclear("it answered something else than a list of recordings")
        return Unclear(f"more than {MOST_PAGES} pages of recordings")

    def remove(self, sid: str) -> Trouble | None:
        """Delete one there; None: it is gone, also if it was before."""
        outcome = self._rest.remove(f"/Recordings/{sid}.json")
        if isinstance(outcome, Told) or (
            isinstance(outcome, Refused) and outcome.status == HTTPStatus.NOT_FOUND
        ):
            return None
        return outcome


def _of_days(at: datetime) -> Mapping[str, str]:
    # Its pages tell of whole days in GMT, its published description of moments: a day's first is both.
    return {"DateCreated>": f"{at.astimezone(UTC).date()}T00:00:00Z", "PageSize": str(PAGE_SIZE)}


def _left(table: Table) -> Iterator[LeftRecording]:
    for one in table["recordings"]:
        if one["source"] == LEFT_BY_CALLERS and one["status"] == COMPLETED:
            at = parsedate_to_datetime(str(one["date_created"])).astimezone(UTC)
            yield LeftRecording(str(one["sid"]), str(one["call_sid"]), at, int(one["duration"]))
