"""A call as the REST part tells it, and the carrier's errors on it: read from the tape.

Sources: https://www.twilio.com/docs/voice/api/call-resource and .../call-notification-resource.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from exchange.fields import API_VERSION
from exchange.switchboard import Switchboard
from exchange.tape import TapeEvent


def call_as_json(board: Switchboard, sid: str) -> dict[str, Any] | None:
    """The Call resource; None if there is no such call. `duration` counts from its being taken."""
    events = board.tape.events(sid) if sid.startswith("CA") else []
    if not events:
        return None
    dialled, running = events[0], board.in_progress(sid)
    ended, answered, started = _last(events, "ended"), _last(events, "answered"), _started(events)
    account = board.settings.account.sid
    return {
        **_ends(dialled),
        "sid": sid,
        "account_sid": account,
        "api_version": API_VERSION,
        "status": ended.details["status"] if ended else (running.status if running else "completed"),
        "date_created": format_datetime(dialled.at),
        "date_updated": format_datetime(events[-1].at),
        "start_time": format_datetime(started) if started else None,
        "end_time": format_datetime(ended.at) if ended else None,
        "duration": _seconds(answered, ended),
        "price": None,
        "price_unit": "USD",
        "answered_by": None,
        "parent_call_sid": None,
        "queue_time": "0",
        "uri": f"/{API_VERSION}/Accounts/{account}/Calls/{sid}.json",
    }


def listed_calls(
    board: Switchboard,
    to: str | None,
    from_: str | None,
    newest: datetime,
    fits: Callable[[datetime | None], bool],
) -> Iterator[dict[str, Any]]:
    """Calls between two numbers (None: any) that began by `newest` and whose start fits, the newest first."""
    for sid in reversed(board.tape.calls()):
        events = board.tape.events(sid)
        said, wanted = events[0], (("to_number", to), ("from_number", from_))
        if said.at <= newest and all(asked in (None, said.details[name]) for name, asked in wanted):
            table = call_as_json(board, sid)
            if table is not None and fits(_started(events)):
                yield table


def faults_as_json(board: Switchboard, sid: str) -> list[dict[str, object]]:
    """What went wrong on a call: Twilio's number and its words, which come as a query string there."""
    return [
        {
            "sid": "NO" + hashlib.sha256(f"{sid} {fault.sequence}".encode()).hexdigest()[:32],
            "account_sid": board.settings.account.sid,
            "call_sid": sid,
            "log": "0",
            "error_code": str(fault.details["code"]),
            "more_info": f"https://www.twilio.com/docs/errors/{fault.details['code']}",
            "message_text": urlencode({"Msg": fault.details["what"], "ErrorCode": fault.details["code"]}),
            "message_date": format_datetime(fault.at),
            "request_url": fault.details.get("url", ""),
        }
        for fault in board.tape.faults(sid)
    ]


def _ends(dialled: TapeEvent) -> dict[str, str]:
    """Who calls whom; the first event says it."""
    from_, to = dialled.details["from_number"], dialled.details["to_number"]
    direction = dialled.details["direction"]
    return {"from": from_, "from_formatted": from_, "to": to, "to_formatted": to, "direction": direction}


def _started(events: Sequence[TapeEvent]) -> datetime | None:
    """When a call was dialled: one that comes in is ringing from its first moment."""
    if events[0].details["direction"] == "inbound":
        return events[0].at
    return next((event.at for event in events if event.kind == "ringing"), None)


def _last(events: Sequence[TapeEvent], kind: str) -> TapeEvent | None:
    return next((event for event in reversed(events) if event.kind == kind), None)


def _seconds(answered: TapeEvent | None, ended: TapeEvent | None) -> str | None:
    if ended is None:
        return None
    return "0" if answered is None else str(_between(answered.at, ended.at))


def _between(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds())
