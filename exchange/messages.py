"""Texts placed by REST: what becomes of each, kept on a shelf, noted on the tape and told to its callback.

Sources: https://www.twilio.com/docs/messaging/api/message-resource and
https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks (every change after
`queued` is told; the last word may never come).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Literal

from exchange.calls.call import World
from exchange.calls.clock import CallClock
from exchange.calls.status import after
from exchange.faults import CarrierFault
from exchange.fields import API_VERSION
from exchange.post import Deliver
from exchange.settings import Fate
from exchange.web import Request

MessageStatus = Literal["queued", "sent", "delivered", "undelivered", "failed"]

# The oldest texts are thrown away beyond this.
MOST_MESSAGES = 20_000
# Seconds of virtual time until a text is sent, and until a network tells what became of it.
SENT_AFTER, TOLD_AFTER = 1.0, 2.0
# Why a text was not delivered or not even sent: "Unreachable destination handset", "Queue overflow".
REASONS: dict[MessageStatus, int] = {"undelivered": 30003, "failed": 30001}
# Characters of one text and of each part of a longer one; what is not ASCII takes twice the room.
_ALONE, _PART = 160, 153
_WIDE_ALONE, _WIDE_PART = 70, 67


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it was handed in; `status_url`: who hears what becomes of it."""

    from_: str
    to: str
    body: str
    status_url: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A text and how far it has come."""

    sid: str
    account_sid: str
    text: Text
    created: datetime
    updated: datetime
    status: MessageStatus = "queued"
    sent: datetime | None = None

    @property
    def error_code(self) -> int | None:
        """Twilio's number for why it was not delivered."""
        return REASONS.get(self.status)

    def as_json(self) -> dict[str, object]:
        """The Message resource."""
        path = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "from": self.text.from_,
            "to": self.text.to,
            "body": self.text.body,
            "status": self.status,
            "direction": "outbound-api",
            "num_segments": str(segments(self.text.body)),
            "num_media": "0",
            "error_code": self.error_code,
            "error_message": None,
            "messaging_service_sid": None,
            "price": None,
            "price_unit": "USD",
            "date_created": format_datetime(self.created),
            "date_updated": format_datetime(self.updated),
            "date_sent": format_datetime(self.sent) if self.sent else None,
            "subresource_uris": {"media": f"{path}/Media.json"},
            "uri": f"{path}.json",
        }


def segments(body: str) -> int:
    """How many texts a body is sent as."""
    alone, part = (_ALONE, _PART) if body.isascii() else (_WIDE_ALONE, _WIDE_PART)
    return 1 if len(body) <= alone else -(-len(body) // part)


class Messages:
    """The shelf of texts of one exchange, each on its way by itself."""

    def __init__(self, world: World, deliver: Deliver) -> None:
        self._world = world
        self._deliver = deliver
        self._shelf: dict[str, Message] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    def send(self, text: Text, fate: Fate, clock: CallClock) -> Message:
        """Take a text; it goes on by itself."""
        now = clock.now()
        message = Message(self._world.sids.message(), self._world.account.sid, text, now, now)
        self._shelf[message.sid] = message
        if len(self._shelf) > MOST_MESSAGES:
            self._shelf.pop(next(iter(self._shelf)))
        details = {"from_number": text.from_, "to_number": text.to, "body": text.body}
        self._world.tape.note(message.sid, now, "text", details)
        self._begin(self._travel(message.sid, fate, clock))
        return message

    def find(self, sid: str) -> Message | None:
        """A text that was taken."""
        return self._shelf.get(sid)

    def all(self) -> list[Message]:
        """Everything on the shelf, oldest first."""
        return list(self._shelf.values())

    async def close(self) -> None:
        """Let what is under way go no further."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _begin(self, deed: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(deed)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _travel(self, sid: str, fate: Fate, clock: CallClock) -> None:
        undisturbed = asyncio.Event()
        await clock.wait(SENT_AFTER, undisturbed)
        if fate == "failed":
            await self._become(sid, "failed", clock)
            return
        await self._become(sid, "sent", clock)
        if fate in ("delivered", "undelivered"):
            await clock.wait(TOLD_AFTER, undisturbed)
            await self._become(sid, fate, clock)

    async def _become(self, sid: str, status: MessageStatus, clock: CallClock) -> None:
        now = clock.now()
        message = self._shelf.get(sid)
        if message is None:
            return
        sent = now if status == "sent" else message.sent
        message = self._shelf[sid] = replace(message, status=status, updated=now, sent=sent)
        self._world.tape.note(sid, now, "text-status", {"status": status, "error_code": message.error_code})
        if message.text.status_url:
            send = self._sender(message, message.text.status_url, clock)
            for moment in sorted(self._deliver(sid, status)):
                if moment:
                    self._begin(after(moment, send))
                else:
                    await send()

    def _sender(self, message: Message, url: str, clock: CallClock) -> Callable[[], Awaitable[None]]:
        request = Request(url, _fields(message), self._world.sids.token())

        async def send() -> None:
            asked = {"what": "text-status", "method": "POST", "url": url, "fields": dict(request.fields)}
            self._world.tape.note(message.sid, clock.now(), "requested", asked)
            try:
                reply = await self._world.web.ask(request)
            except CarrierFault as fault:
                told = {"code": fault.code, "what": fault.what, "heard": False}
                self._world.tape.note(message.sid, clock.now(), "fault", told)
                return
            told = {"what": "text-status", "url": reply.url, "status": reply.status}
            self._world.tape.note(message.sid, clock.now(), "replied", told)

        return send


def _fields(message: Message) -> dict[str, str]:
    fields = {
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "From": message.text.from_,
        "To": message.text.to,
        "MessageSid": message.sid,
        "MessageStatus": message.status,
        "SmsSid": message.sid,
        "SmsStatus": message.status,
    }
    return fields if message.error_code is None else {**fields, "ErrorCode": str(message.error_code)}
