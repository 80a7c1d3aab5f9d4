"""A call as the REST part tells it, and the carrier's errors on it: read from the tape.

Sources: https://www.twilio.com/docs/voice/api/call-resource and .../call-notification-resource.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from exchange.fields import API_VERSION
from exchange.switchboard import Switchboard
from exchange.tape import TapeEvent


def call_as_json(board: Switchboard, sid: str) -> dict[str, Any] | None:
    """The Call resource; None if there is no such call. `duration` counts from its being taken."""
    events = board.tape.events(sid)
    running = board.in_progress(sid)
    if running is None and not events:
        return None
    first = events[0].at if events else board.settings.now()
    ended, answered = _last(events, "ended"), _last(events, "answered")
    who = _ends(board, events, sid)
    account = board.settings.account.sid
    return {
        **who,
        "sid": sid,
        "account_sid": account,
        "api_version": API_VERSION,
        "status": ended.details["status"] if ended else (running.status if running else "completed"),
        "date_created": format_datetime(first),
        "date_updated": format_datetime(events[-1].at if events else first),
        "start_time": format_datetime(answered.at) if answered else None,
        "end_time": format_datetime(ended.at) if ended else None,
        "duration": _seconds(answered, ended),
        "price": None,
        "price_unit": "USD",
        "answered_by": None,
        "parent_call_sid": None,
        "queue_time": "0",
        "uri": f"/{API_VERSION}/Accounts/{account}/Calls/{sid}.json",
    }


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


def _ends(board: Switchboard, events: Sequence[TapeEvent], sid: str) -> dict[str, str]:
    """Who calls whom; the first event says it, and before there is one the call itself."""
    running = board.in_progress(sid)
    if running is not None:
        told = running.dialled
        from_, to, direction = told.from_, told.to, str(told.direction)
    else:
        said = events[0].details
        from_, to, direction = said["from_number"], said["to_number"], said["direction"]
    return {"from": from_, "from_formatted": from_, "to": to, "to_formatted": to, "direction": direction}


def _last(events: Sequence[TapeEvent], kind: str) -> TapeEvent | None:
    return next((event for event in reversed(events) if event.kind == kind), None)


def _seconds(answered: TapeEvent | None, ended: TapeEvent | None) -> str | None:
    if ended is None:
        return None
    return "0" if answered is None else str(_between(answered.at, ended.at))


def _between(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds())
