"""Reads a conversation file: every field, or all that is wrong with it by line and cure."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from ivr.menus.faults import Path, did_you_mean
from processes.rehearsal.conversation import (
    CALLER,
    FAILS,
    LEAVES,
    MOMENT,
    WAYS,
    WITHHELD,
    Conversation,
    Earlier,
    Reads,
    Said,
)
from processes.rehearsal.deeds import deed_of
from processes.rehearsal.sheet import Sheet, open_sheet, shown

MOST_TURNS = 1_000  # of one file; a call has 200 at most, and a person's telephone may ring in some
FIELDS = ("title", "from", "at", "languages", "ears", "fails", "turn", "leaves", "reads", "earlier")
EARLIER_FIELDS = ("language", "tickets", "announcement")
TICKET_FIELDS = ("topic", "priority", "partial")
YEARS = range(2000, 2100)  # whose holidays are known
PRIORITIES = ("urgent", "normal", "low")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
CARRIER = "carrier"  # the ears of a caller whom the carrier's recogniser hears
_TURN_EXAMPLE = '[[turn]] with hears = ["welcome"] and presses = "1"'


def read_text(text: str, name: str, file: str, book_languages: tuple[str, ...]) -> Conversation:
    """A conversation from the text of its file. Raises Unreadable, which tells all that is wrong."""
    sheet = open_sheet(text, file)
    sheet.only((), FIELDS)
    number = _number(sheet)
    conversation = Conversation(
        name=name,
        title=sheet.text(("title",), 'title = "a sentence"') or name,
        number=None if number == WITHHELD else number,
        at=_moment(sheet),
        languages=_languages(sheet) or book_languages,
        fails=_fails(sheet, ()) or (),
        earlier=_earlier(sheet),
        turns=_turns(sheet),
        tickets=_tickets(sheet),
        reads=_reads(sheet),
        ears=_ears(sheet),
        hosted=sheet.value(("ears",)) == CARRIER,
        file=file,
        text=text,
    )
    sheet.end()
    return conversation


def _number(sheet: Sheet) -> str:
    told = sheet.text(("from",), f'from = "{CALLER}" or from = "{WITHHELD}"')
    if told is not None and told != WITHHELD and not _NUMBER.fullmatch(told):
        cure = f'write + and the country first, as "{CALLER}", or "{WITHHELD}"'
        sheet.wrong(("from",), f"{told!r} is no telephone number", cure)
    return told or CALLER


def _moment(sheet: Sheet) -> datetime:
    told = sheet.value(("at",))
    if told is None:
        return MOMENT
    if not isinstance(told, datetime) or told.tzinfo is None or told.year not in YEARS:
        cure = f"write a date, a time and its distance from UTC, as at = {MOMENT.isoformat()}"
        sheet.wrong(("at",), f"at = {shown(str(told))} is no moment that is the same everywhere", cure)
        return MOMENT
    return told


def _languages(sheet: Sheet) -> tuple[str, ...]:
    told = sheet.texts(("languages",), 'languages = ["en"]')
    if told == ():
        sheet.wrong(("languages",), "languages is empty", "name one, or take the line away for all")
    return told or ()


def _fails(sheet: Sheet, place: Path) -> tuple[str, ...] | None:
    place = (*place, "fails")
    told = sheet.texts(place, 'fails = ["tickets"]')
    for one in told or ():
        if one not in FAILS:
            cure = did_you_mean(one, FAILS, f"there are {', '.join(FAILS)}")
            sheet.wrong(place, f"nobody can make {one!r} fail here", cure)
    return told


def _ears(sheet: Sheet) -> bool:
    """Whether the caller is heard: as the file says, else if anything is said in it."""
    told = sheet.value(("ears",))
    if told is not None:
        return told == CARRIER or sheet.flag(("ears",))
    turns = sheet.value(("turn",))
    return isinstance(turns, list) and any(isinstance(one, dict) and "say" in one for one in turns)


def _earlier(sheet: Sheet) -> Earlier:
    place = ("earlier",)
    sheet.inner(place, EARLIER_FIELDS, 'earlier = { language = "zh" }')
    return Earlier(
        language=sheet.text((*place, "language"), 'language = "zh"'),
        tickets=sheet.texts((*place, "tickets"), 'tickets = ["failed-payment"]') or (),
        announcement=sheet.flag((*place, "announcement")),
    )


def _turns(sheet: Sheet) -> tuple[Said, ...]:
    told = sheet.value(("turn",))
    if not isinstance(told, list) or not told:
        sheet.wrong(("turn",), "there is no [[turn]]: nothing is said or done", f"write {_TURN_EXAMPLE}")
        return ()
    if len(told) > MOST_TURNS:
        what = f"there are {len(told)} turns, and {MOST_TURNS} is the most"
        sheet.wrong(("turn", MOST_TURNS), what, "a call is over long before: split the file")
        return ()
    saids = tuple(_said(sheet, number) for number in range(len(told)))
    _reached(sheet, saids)
    return saids


def _said(sheet: Sheet, number: int) -> Said:
    place = ("turn", number)
    sheet.inner(place, ("hears", "fails", *WAYS, "sure"), _TURN_EXAMPLE)
    hears = sheet.texts((*place, "hears"), 'hears = ["main"], names of prompts in their order')
    if sheet.value((*place, "hears")) is None:
        cure = 'write hears = ["main"], or hears = [] where nothing is said'
        sheet.wrong(place, f"turn {number + 1} does not say what is heard", cure)
    way, what = deed_of(sheet, place)
    return Said(hears or (), way, what, sheet.line(place), _fails(sheet, place))


def _reached(sheet: Sheet, saids: tuple[Said, ...]) -> None:
    """Whoever has left says and hears nothing more."""
    for number, said in enumerate(saids[:-1], start=1):
        if said.way in LEAVES:
            why = "the caller hangs up" if said.way == "hangs_up" else "the caller does nothing"
            cure = f"say what the caller does in turn {number}, or take the turns after it away"
            sheet.wrong(("turn", number), f"turn {number + 1} is never reached: in turn {number} {why}", cure)


def _tickets(sheet: Sheet) -> tuple[dict[str, Any], ...]:
    place: Path = ("leaves", "tickets")
    example = 'tickets = [{ topic = "failed-payment" }]'
    if not sheet.inner(("leaves",), ("tickets",), f"[leaves] and under it {example}"):
        return ()
    told = sheet.value(place)
    if told is None:
        return ()
    if not isinstance(told, list):
        sheet.wrong(place, f"tickets is {shown(told)}, which is no list", f"write {example}")
        return ()
    return tuple(_ticket(sheet, (*place, number), example) for number in range(len(told)))


def _ticket(sheet: Sheet, place: Path, example: str) -> dict[str, Any]:
    if not sheet.inner(place, TICKET_FIELDS, example):
        return {}
    ticket: dict[str, Any] = sheet.value(place)
    sheet.text((*place, "topic"), 'topic = "failed-payment"')
    priority = sheet.text((*place, "priority"), 'priority = "urgent"')
    if priority is not None and priority not in PRIORITIES:
        cure = did_you_mean(priority, PRIORITIES, f"there are {', '.join(PRIORITIES)}")
        sheet.wrong((*place, "priority"), f"no ticket is {priority!r}", cure)
    sheet.flag((*place, "partial"))
    return ticket


def _reads(sheet: Sheet) -> Reads | None:
    place = ("reads",)
    told = sheet.value(place)
    if told is None:
        return None
    example = '[reads] and under it prompt = "answer-by" and en = "its words"'
    languages = tuple(name for name in told if _language(name)) if isinstance(told, dict) else ()
    sheet.inner(place, ("prompt", *languages), example)
    prompt = sheet.text((*place, "prompt"), 'prompt = "answer-by"')
    if prompt is None:
        sheet.wrong(place, "reads does not say which prompt is read", f"write {example}")
    words = {one: sheet.text((*place, one), f'{one} = "its words"') or "" for one in languages}
    return Reads(prompt or "", words, sheet.line(place))


def _language(name: str) -> bool:
    return re.fullmatch(r"[a-z]{2,3}", name) is not None
