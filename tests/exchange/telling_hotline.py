"""A hotline of a few nodes that tells what happens inside its calls, a moment late, as the real one does."""

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.exchange.scripted_hotline import Answer, Asked

TOKEN_INSIDE = "token-of-the-inside"
PIN = "471163"
TICKET = "280340638"
PATH = re.compile(r"/voice/calls/(CA[0-9a-f]{32})/turns/([0-9]+)")


@dataclass(frozen=True)
class Node:
    prompts: tuple[str, ...]
    verb: str = "keys"
    waits: str = "keys"
    digits: int = 1


NODES = {
    "welcome": Node(("welcome", "language")),
    "main": Node(("privacy", "main")),
    "pin": Node(("verify.pin",), waits="secret", digits=6),
    "proved": Node(("verify.verified", "ticket.opened", "anything-else")),
    "message": Node(("question-message",), "voice", "voice"),
    "review": Node(("review", "<recording>", "choose")),
    "person": Node(("person-call",), "person", "person"),
    "unanswered": Node(("person-call.unanswered", "anything-else")),
    "state": Node(("ticket-state",), digits=9),
    "goodbye": Node(("goodbye",), "end", "end"),
}


@dataclass
class HeldCall:
    node: str = "welcome"
    language: str = "en"
    turns: list[tuple[float, dict[str, Any]]] = field(default_factory=list)


@dataclass
class TellingHotline:
    base: str
    late: float = 0.0
    calls: dict[str, HeldCall] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    # What a turn says besides, by its path.
    also: Callable[[str], dict[str, Any]] = lambda _path: {}
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> str | Answer:
        with self.lock:
            if asked.path.startswith("/inside/calls/"):
                return self._tell(asked)
            if asked.path == "/inside/book.svg":
                return Answer(
                    f"<svg>{asked.query.get('version', 'live')}</svg>".encode(), 200, "image/svg+xml"
                )
            sid = asked.fields["CallSid"]
            if asked.path == "/status":
                self._note(sid, "", self.calls[sid].node, "hang-up", {"prompts": []})
                return Answer(status=204)
            placed = PATH.fullmatch(asked.path)
            call = self.calls.setdefault(sid, HeldCall())
            number = int(placed[2]) if placed else 0
            if number == len(call.turns):
                heard = asked.fields if placed else {}
                self._step(sid, asked.path, heard)
            return self._document(sid, call)

    def _tell(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if asked.headers.get("authorization") != f"Bearer {TOKEN_INSIDE}":
            return Answer(status=403)
        call = self.calls.get(asked.path.rpartition("/")[2], HeldCall())
        now, after = time.monotonic(), int(asked.query["after"])
        turns = [turn for at, turn in call.turns if at + self.late <= now and turn["turn"] > after]
        return Answer(json.dumps({"turns": turns}).encode(), content_type="application/json")

    def _step(self, sid: str, path: str, heard: dict[str, str]) -> None:
        call = self.calls[sid]
        before, keys = call.node, heard.get("Digits", "")
        told: dict[str, Any] = {}
        if before == "welcome" and keys:
            call.language, told["stand_in"] = ["en", "zh", "id"][int(keys) - 1], "{language}"
        if before == "pin":
            told["stand_in"] = "{pin}" if keys == PIN else "000000"
        if before == "state":
            told["stand_in"] = "{ticket}" if keys == TICKET else None
        call.node = self._following(before, keys, heard) if path != "/voice/answer" else "welcome"
        if call.node == "proved" and before != "proved":
            told["tickets"] = [ticket()]
        self._note(sid, path, call.node, "keys" if keys else "silence", told)

    def _following(self, node: str, keys: str, heard: dict[str, str]) -> str:
        if "RecordingSid" in heard:
            return "review"
        if "DialCallStatus" in heard:
            return "proved" if heard["DialCallStatus"] == "completed" else "unanswered"
        if node == "pin":
            return "proved" if keys == PIN else "pin"
        leads = {
            "welcome": {"1": "main", "2": "main", "3": "main"},
            "main": {"2": "pin", "3": "message", "0": "person", "4": "state"},
            "state": {TICKET: "goodbye"},
        }
        return leads.get(node, {"2": "goodbye", "1": "main"}).get(keys, node)

    def _note(self, sid: str, path: str, node: str, source: str, told: dict[str, Any]) -> None:
        call = self.calls[sid]
        turn = {
            "turn": len(call.turns),
            "at": "2026-11-24T10:00:00+07:00",
            "path": path,
            "source": source,
            "node": node,
            "prompts": list(NODES[node].prompts),
            "waits": NODES[node].waits if path else "end",
            "language": call.language,
            "tickets": [],
            "stand_in": None,
        }
        call.turns.append((time.monotonic(), {**turn, **told, **self.also(path)}))

    def _document(self, sid: str, call: HeldCall) -> str:
        node = NODES[call.node]
        following = f"/voice/calls/{sid}/turns/{len(call.turns)}"
        said = "".join(f"<Say>{prompt.strip('<>')}</Say>" for prompt in node.prompts)
        if node.verb == "voice":
            record = f'<Record action="{following}" timeout="2"/>'
            return f"{said}{record}<Redirect>{following}</Redirect>"
        if node.verb == "person":
            return f'{said}<Dial action="{following}"><Number>+622150009000</Number></Dial>'
        if node.verb == "end":
            return f"{said}<Hangup/>"
        gather = f'<Gather action="{following}" numDigits="{node.digits}">{said}</Gather>'
        return f"{gather}<Redirect>{following}</Redirect>"


def ticket(*, joined: bool = False) -> dict[str, Any]:
    return {"number": TICKET, "topic": "account-details", "priority": "normal", "joined": joined}
