"""Writes a call as a conversation file, from what stands on its tape: who pressed what, and what was heard.

Names of prompts and what keys meant come from the `inside` events; without them there is nothing to write. No
secret goes into the file: where one was asked for, `{pin}` or zeros stand in its place.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from exchange.conversations import ANNOUNCEMENT, WITHHELD
from exchange.fields import ANONYMOUS, ANONYMOUS_DIGITS
from exchange.inside import END
from exchange.tape import TapeEvent

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_DEEDS = ("pressed", "silence", "recorded", "dial-ended")
_PERSON = {"completed": "answers", "busy": "busy", "no-answer": "no-answer", "failed": "fails"}

VOICE = "voice"  # the source of a turn that was taken by what somebody said
INVITED = "common.say_it"  # the prompt by which a caller who is heard is told so
_HEARD = ("Understood", "Misheard")

Deed = dict[str, str | float | bool]
SILENCE: Deed = {"stays_silent": True}
HANGS_UP: Deed = {"hangs_up": True}


class NothingInside(Exception):
    """Nobody told what happened inside the call."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an exchange knows beside the tape: PINs that may stand in no file, and languages left behind."""

    pins: frozenset[str] = frozenset()
    remembered: str | None = None


def written(events: Sequence[TapeEvent], known: Known) -> str:
    """The file's text. Raises NothingInside."""
    turns = sorted((one.details for one in events if one.kind == "inside"), key=lambda one: int(one["turn"]))
    if not any(turn["path"] != END for turn in turns):
        raise NothingInside("nobody told what happened inside this call, so its prompts have no names")
    began = events[0]
    lines = [f"title = {_text(f'A call of {began.at:%Y-%m-%d %H:%M} UTC')}", *_caller(began)]
    lines += [f"at = {began.at.isoformat(timespec='seconds')}"]
    if language := next((turn["language"] for turn in reversed(turns) if turn.get("language")), None):
        lines.append(f"languages = {_list([language])}")
    if any(turn.get("source") == VOICE or INVITED in turn.get("prompts", ()) for turn in turns):
        lines.append("ears = true")
    lines += _earlier(turns, known)
    for turn, deed in _said(events, turns, known):
        lines += ["", "[[turn]]", f"hears = {_list(turn.get('prompts', ()))}"]
        lines += [f"{name} = {_value(value)}" for name, value in deed.items()]
    return "\n".join([*lines, *_leaves(turns)]) + "\n"


def _caller(began: TapeEvent) -> list[str]:
    number = began.details["from_number"]
    if number in (ANONYMOUS, ANONYMOUS_DIGITS):
        return [f"from = {_text(WITHHELD)}"]
    return [f"from = {_text(number)}"] if _NUMBER.fullmatch(number) else []


def _said(
    events: Sequence[TapeEvent], turns: Sequence[Mapping[str, Any]], known: Known
) -> list[tuple[Mapping[str, Any], Deed]]:
    """Each turn with what the caller did then; a message left by hanging up is a deed and one more turn."""
    deeds, last = _deeds(events)
    heard = [turn for turn in turns if turn["path"] != END]
    said: list[tuple[Mapping[str, Any], Deed]] = []
    for turn, following in pairwise(heard):
        event = next((deed for path, deed in deeds.items() if path.endswith(following["path"])), None)
        words = _words(following)
        spoken = words or _deed(event, following, secret=turn.get("waits") == "secret", known=known)
        said.append((turn, spoken))
        if said[-1][1] is HANGS_UP:
            # What is answered to somebody who left while it rang, nobody hears.
            return said
    final: Mapping[str, Any] = heard[-1]
    if last is not None and last.kind == "recorded" and len(heard) < len(turns):
        said.append((final, _deed(last, {}, secret=False, known=known)))
        final = turns[-1]
    left = any(event.kind == "ended" and event.details["by"] == "caller" for event in events)
    # Whoever puts the handset down over a goodbye has heard the call out.
    midway = final["path"] == END or final.get("waits") != "end"
    return [*said, (final, HANGS_UP if left and midway else {})]


def _deeds(events: Sequence[TapeEvent]) -> tuple[dict[str, TapeEvent | None], TapeEvent | None]:
    """What the caller did before each document, by the path of that; and what after the last one."""
    deeds: dict[str, TapeEvent | None] = {}
    last: TapeEvent | None = None
    for event in events:
        if event.kind in _DEEDS and not event.details.get("lost"):
            last = event
        elif event.kind == "requested" and event.details["what"] == "voice":
            deeds.setdefault(urlsplit(event.details["url"]).path, last)
            last = None
    return deeds, last


def _deed(event: TapeEvent | None, turn: Mapping[str, Any], *, secret: bool, known: Known) -> Deed:
    if event is None:
        return SILENCE
    match event.kind:
        case "pressed":
            return {"presses": _keys(event, turn.get("stand_in"), secret=secret, known=known)}
        case "recorded":
            return {"speaks": int(event.details["seconds"])}
        case "dial-ended" if event.details["status"] in _PERSON:
            return {"person": _PERSON[event.details["status"]]}
        case "dial-ended":
            return HANGS_UP
        case _:
            return SILENCE


def _words(turn: Mapping[str, Any]) -> Deed:
    """What the caller said, as the other side understood it; numbers in it stay masked. Empty for a key."""
    if turn.get("source") != VOICE:
        return {}
    heard: Mapping[str, Any] = next((one for one in turn.get("events", ()) if one.get("event") in _HEARD), {})
    return {"say": str(heard.get("said") or "…"), "sure": round(float(heard.get("sure", 0.0)), 2)}


def _keys(event: TapeEvent, stand_in: str | None, *, secret: bool, known: Known) -> str:
    keys, digits = str(event.details["keys"]), str(event.details["digits"])
    finish = keys.removeprefix(digits)
    if stand_in is not None:
        return stand_in + finish if stand_in != finish else stand_in
    # One key leads away from a question and is no secret. The other side says what a secret is; if it ever
    # forgets one, it still does not come into a file.
    if (secret and len(digits) > 1) or any(pin in digits for pin in known.pins):
        return re.sub("[0-9]", "0", keys)
    return keys


def _earlier(turns: Iterable[Mapping[str, Any]], known: Known) -> list[str]:
    told = list(turns)
    own = {ticket["number"] for turn in told for ticket in _tickets(turn) if not ticket.get("joined")}
    joined = {
        ticket["number"]: ticket["topic"]
        for turn in told
        for ticket in _tickets(turn)
        if ticket["number"] not in own
    }
    parts = []
    if known.remembered and not any(turn.get("stand_in") == "{language}" for turn in told):
        parts.append(f"language = {_text(known.remembered)}")
    if joined:
        parts.append(f"tickets = {_list(joined.values())}")
    if any(ANNOUNCEMENT in turn.get("prompts", ()) for turn in told):
        parts.append("announcement = true")
    return [f"earlier = {{ {', '.join(parts)} }}"] if parts else []


def _leaves(turns: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every ticket that the call told of: one of an earlier call that it joined stands afterwards too."""
    left: dict[str, str] = {}
    for turn in turns:
        for ticket in _tickets(turn):
            partial = "true" if turn["path"] == END and not ticket.get("joined") else "false"
            words = f"topic = {_text(ticket['topic'])}, priority = {_text(ticket['priority'])}"
            left.setdefault(ticket["number"], f"    {{ {words}, partial = {partial} }},")
    return ["", "[leaves]", "tickets = [", *left.values(), "]"] if left else []


def _tickets(turn: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    found: Iterable[Mapping[str, Any]] = turn.get("tickets") or ()
    return found


def _list(texts: Iterable[object]) -> str:
    return f"[{', '.join(_text(str(text)) for text in texts)}]"


def _value(value: str | bool | float) -> str:  # noqa: FBT001 - a value of the file, true being one
    if isinstance(value, bool):
        return "true"
    return str(value) if isinstance(value, int | float) else _text(value)


def _text(text: str) -> str:
    """A basic string of TOML (https://toml.io/en/v1.0.0#string): as in JSON, but that DEL is escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
