"""Conversation files at the telephone: a call is written as one, and one is played as a call."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from exchange.callers import FromHeard, ScriptFault, Values
from exchange.conversation_writer import Known, NothingInside, written
from exchange.conversations import Conversation, read_conversation_text
from exchange.surface.deeds import FASTEST, SLOWEST
from exchange.surface.line import LONGEST_NUMBER
from exchange.surface.requests import LARGEST_REQUEST, Refused, number_of, refusal, takes_json, text_of
from exchange.switchboard import Plan, Switchboard
from exchange.tape import Tape

# How far back a ticket is looked for, in calls of anybody.
MOST_CALLS_BACK = 500
_NAME = "the conversation"


def routes(board: Switchboard) -> list[BaseRoute]:
    """The routes of conversation files."""

    async def conversation(request: Request) -> Response:
        sid = request.path_params["sid"]
        events = board.tape.events(sid)
        if not events:
            return refusal(404, f"there is no call {sid}")
        pins = frozenset(one.pin for one in board.settings.surface.callers if one.pin)
        try:
            text = written(events, Known(pins, _remembered(board.tape, sid)))
        except NothingInside as nothing:
            return refusal(409, str(nothing))
        return PlainTextResponse(text)

    async def play(_request: Request, table: dict[str, Any]) -> Response:
        text = table.get("conversation")
        if not isinstance(text, str) or len(text) > LARGEST_REQUEST:
            raise Refused('"conversation" is the text of a conversation file')
        file = read_conversation_text(text, _NAME)
        call = board.dial(_plan(board, file, table))
        notes = [f"the file has `{one}`, which only the hotline can arrange" for one in file.arranged]
        return JSONResponse({"sid": call.sid, "hears": file.hears(), "notes": notes}, status_code=201)

    return [
        Route("/exchange/calls/{sid}/conversation", conversation, methods=["GET"]),
        Route("/exchange/play", takes_json(play), methods=["POST"]),
    ]


def _plan(board: Switchboard, file: Conversation, table: dict[str, Any]) -> Plan:
    usual = next((one.number for one in board.settings.surface.callers), None)
    from_ = text_of(table, "from", LONGEST_NUMBER) if table.get("from") else file.caller(usual or "")
    if not from_:
        raise Refused('neither the file nor "from" says who calls')
    to = text_of(table, "to", LONGEST_NUMBER) if table.get("to") else next(iter(board.numbers), "")
    speed = number_of(table, "speed", SLOWEST, FASTEST) if table.get("speed") is not None else None
    return Plan(from_, to, file.script(_values(board, file, table, from_)), speed=speed)


def _values(board: Switchboard, file: Conversation, table: dict[str, Any], from_: str) -> Values:
    surface = board.settings.surface
    language = table.get("language") or next(iter(file.languages or surface.languages), "")
    if language not in surface.languages or (file.languages and language not in file.languages):
        raise Refused(f"{_NAME} is played in {', '.join(file.languages or surface.languages)}")
    values: dict[str, str | FromHeard] = {"language": str(surface.languages.index(language) + 1)}
    # Whoever calls from an unknown number still knows an account and a PIN: those of the first customer.
    caller = surface.caller(from_) or next(iter(surface.callers), None)
    if caller is not None:
        number = from_ if from_[:1] == "+" else caller.number
        values |= {"account": caller.account, "pin": caller.pin, "last_four": number[-4:]}
    values["ticket"] = lambda _heard: _last_ticket(board.tape, from_)
    return {name: value for name, value in values.items() if value}


def _last_ticket(tape: Tape, number: str) -> str:
    """The ticket promised last to a number, in this call or an earlier one. Raises ScriptFault."""
    for sid in _calls_of(tape, number):
        for event in reversed(tape.events(sid, "inside")):
            if tickets := event.details.get("tickets"):
                return str(tickets[-1]["number"])
    raise ScriptFault("no ticket has been promised to this number yet")


def _remembered(tape: Tape, sid: str) -> str | None:
    """The language that an earlier call of the same number chose."""
    number = tape.events(sid)[0].details["from_number"]
    calls = _calls_of(tape, number)
    for earlier in calls[calls.index(sid) + 1 :] if number.startswith("+") and sid in calls else ():
        for event in reversed(tape.events(earlier, "inside")):
            if event.details.get("stand_in") == "{language}":
                return str(event.details["language"])
    return None


def _calls_of(tape: Tape, number: str) -> Sequence[str]:
    """The calls of a number, the latest first."""
    latest = tape.calls()[: -MOST_CALLS_BACK - 1 : -1]
    return [sid for sid in latest if tape.events(sid)[0].details.get("from_number") == number]
