"""A number by voice, by keys or by both: gathered over pauses, read out, mended a group at a time.

It ends as the keys of the whole number. A node that reads numbers back itself does so; for the others it is
done here: what was said is never taken unread.
"""

from __future__ import annotations

from dataclasses import replace as changed
from typing import Any

from msgspec.structs import replace

from foundation.redaction import mask_digits
from ivr.flow import doubts, hearing, number_said, tried
from ivr.flow.asking import number, one_key
from ivr.flow.events import Missed, Understood
from ivr.flow.here import Here
from ivr.flow.inputs import CallerInput, Digits, Silence, Utterance
from ivr.flow.instructions import Instruction
from ivr.flow.patience import Miss, missed
from ivr.flow.prompts import common
from ivr.flow.reading import groups
from ivr.flow.sayable import AGAIN, NO, NUMBER, YES
from ivr.flow.state import CallState, Spelled
from ivr.flow.turn import Move, Scene
from ivr.matching.groups import mended, place_of
from ivr.matching.numbers import Complete, Number, Partial, Wanted, with_keys
from ivr.matching.verdicts import Accepted, Doubted, Rejected

FEWEST_KEYS = 2  # that count as the beginning of a number; one alone is a key like any other


def ask(scene: Scene[Any], state: CallState) -> tuple[Instruction, ...]:
    """How a number that has begun goes on: is it right, a group once more, or the rest of it."""
    spelled = state.place.spelled or Spelled("")
    if spelled.read_back:
        told = common(scene.book, state, "read_back", {"entry": spelled.digits})
        return (*told, one_key(scene, state))
    awaited = hearing.number(scene, state)
    count = awaited.longest if awaited else None
    if spelled.group:
        wrong = groups(spelled.digits)[spelled.group - 1]
        told = common(scene.book, state, "group", {"entry": wrong, "count": str(len(wrong))})
    else:
        told = common(scene.book, state, "go_on", {"entry": spelled.digits})
    return (*told, number(scene, state, count))


def going_on(here: Here, state: CallState) -> Here:
    """The question as a number that has begun puts it: its rest is asked for, and keys are its digits."""
    if state.place.spelled is None:
        return here
    doors = here.scene.book.everywhere
    away = {doors.person.key, doors.stop_my_money.key, doors.back}

    def press(known: CallState, keys: str) -> Move:
        return here.press(known, keys) if keys in away else answered(here, known, Digits(here.scene.at, keys))

    return changed(here, press=press, ask=ask)


def said(here: Here, state: CallState, heard: Utterance) -> Move | None:
    """The number in what was said, after what stood before it; None if there is none, or none is awaited."""
    found = number_said.in_words(here, state, heard)
    believed = found is not None and found.sure >= here.thresholds.confirm
    offered = isinstance(found, Complete) and found.sure >= hearing.read_back_from(here.scene, state)
    if found is None or not (believed or offered):
        return None
    event = Understood(
        here.scene.name, mask_digits(found.digits), found.sure, NUMBER, heard.recognizer, believed
    )
    move = _gathered(here, number_said.remembered(here, state, heard, found), found)
    return replace(move, events=(event, *move.events))


def begun_by_keys(here: Here, state: CallState, keys: str) -> Move | None:
    """Fewer keys than the number has, of a caller who may say the rest; None for all other keys."""
    wanted = number_said.wanted(here, state)
    if wanted is None or not keys.isdecimal() or not FEWEST_KEYS <= len(keys) < wanted.shortest:
        return None
    return _gathered(here, state, Partial(keys, 1.0))


def repaired(here: Here, state: CallState, group: int, digits: str) -> Move:
    """The group, counted from 0, of a number that was read out is asked for once more, and it alone."""
    there = here.tell(_with(state, None), "2").state if state.place.spelled is None else state
    asked = _with(there, Spelled(digits, group + 1))
    return Move(asked, ask(here.scene, asked))


def answered(here: Here, state: CallState, heard: CallerInput) -> Move:
    """What is heard while a number is on its way."""
    spelled = state.place.spelled or Spelled("")
    match heard:
        case Utterance():
            return _spoken(here, state, heard)
        case Digits(keys=keys) if spelled.read_back:
            return _read_out(here, state, spelled.digits, keys)
        case Digits(keys=keys):
            return _keyed(here, state, keys)
        case Silence() if _is_whole(here, state):
            # The pause was no pause: a number of any length ends with a silence.
            return whole(here, state, spelled.digits)
        case Silence():
            return missed(here.scene, state, Miss.SILENCE, ask)
        case _:
            return Move(state, ask(here.scene, state))


def _spoken(here: Here, state: CallState, heard: Utterance) -> Move:
    found = hearing.verdict(here.scene, state, heard)
    spelled = state.place.spelled or Spelled("")
    group = None if isinstance(found, Rejected) else place_of(found.choice)
    if group is not None and not isinstance(found, Rejected):
        return doubts.understood(here, heard, found, repaired(here, state, group, spelled.digits))
    if isinstance(found, Accepted) and spelled.read_back and found.choice in {YES, NO}:
        return doubts.understood(here, heard, found, _read_out(here, state, spelled.digits, found.keys))
    if isinstance(found, Accepted) and found.choice == AGAIN:
        return doubts.understood(here, heard, found, Move(state, ask(here.scene, state)))
    if isinstance(found, Accepted):
        return doubts.weighed(here, state, heard, found)
    move = None if spelled.read_back else said(here, state, heard)
    if move is not None:
        return move
    if isinstance(found, Doubted) and found.choice not in {YES, NO, AGAIN}:
        return doubts.weighed(here, state, heard, found)
    return doubts.not_understood(here, state, heard, Rejected(found.said, found.sure), ask)


def _read_out(here: Here, state: CallState, digits: str, keys: str) -> Move:
    """The answer to a number that was read out."""
    clear = _with(state, None)
    match keys:
        case "1":
            return here.tell(tried.dropped(clear), digits)
        case "2":
            return Move(clear, here.ask(here.scene, clear))
        case _ if keys == here.scene.book.everywhere.again:
            return Move(state, ask(here.scene, state))
        case _:
            return here.press(clear, keys)


def _keyed(here: Here, state: CallState, keys: str) -> Move:
    """Keys after what was said: they go on with it; `#` ends a whole one, `*` begins again."""
    doors, wanted = here.scene.book.everywhere, number_said.wanted(here, state)
    clear, before = _with(state, None), number_said.before(state)
    if keys == doors.again and _is_whole(here, state):
        return whole(here, state, before)
    if keys == doors.again:
        return Move(state, ask(here.scene, state))
    if wanted is None or not keys.isdecimal():
        return Move(clear, here.ask(here.scene, clear))
    if keys in {doors.person.key, doors.stop_my_money.key} and not wanted.fits(before + keys):
        return here.press(clear, keys)
    return _gathered(here, state, with_keys(before, keys, wanted))


def _gathered(here: Here, state: CallState, found: Number) -> Move:
    """A whole number is read out, the rest of one is waited for; of anything else nothing is kept."""
    spelled = state.place.spelled
    group = spelled is not None and spelled.group > 0
    match found:
        case Complete(digits=digits) if spelled and group:
            return _mended(here, state, mended(groups(spelled.digits), spelled.group - 1, digits))
        case Complete(digits=digits) if not _goes_on(here, state, digits):
            return whole(here, state, digits)
        case Complete(digits=digits) | Partial(digits=digits) if not group:
            more = _with(state, Spelled(digits))
            return Move(more, ask(here.scene, more))
        case _ if group:
            return missed(here.scene, state, Miss.NO_MATCH, ask)
        case _:
            return missed(here.scene, _with(state, None), Miss.NO_MATCH, here.ask)


def _mended(here: Here, state: CallState, number: str) -> Move:
    spells = hearing.whole_number(here.scene, state)
    if spells and Wanted(spells.shortest, spells.longest, spells.check).fits(number):
        return whole(here, state, number)
    return missed(here.scene, _with(state, None), Miss.NO_MATCH, here.ask)


def whole(here: Here, state: CallState, digits: str) -> Move:
    """Read out, by the node or here."""
    state = tried.read_back(state, digits)
    spells = hearing.whole_number(here.scene, state)
    if spells is None or spells.reads_back:
        return here.tell(_with(state, None), digits)
    asked = _with(state, Spelled(digits, read_back=True))
    return Move(asked, ask(here.scene, asked))


def _goes_on(here: Here, state: CallState, digits: str) -> bool:
    """Whether a node that reads numbers out itself takes no such one, and it may be the beginning of one."""
    spells = hearing.whole_number(here.scene, state)
    if spells is None or not spells.reads_back or len(digits) >= spells.longest:
        return False
    return any(isinstance(one, Missed) for one in here.tell(_with(state, None), digits).events)


def _is_whole(here: Here, state: CallState) -> bool:
    wanted, spelled = number_said.wanted(here, state), state.place.spelled
    gathering = wanted and spelled and not (spelled.group or spelled.read_back)
    return bool(gathering and wanted and wanted.fits(number_said.before(state)))


def _with(state: CallState, spelled: Spelled | None) -> CallState:
    return replace(state, place=replace(state.place, spelled=spelled))
