"""Reads a conversation file (TOML) as a caller's script: who calls, what they press, who answers."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from exchange.callers import DEEDS, NO_VALUES, ScriptFault, Step, Values, read_script
from exchange.fields import ANONYMOUS, ANONYMOUS_DIGITS

WITHHELD = "withheld"
ANNOUNCEMENT = "announcement"  # the prompt that reads out an operator's sentence
# All that a file and a turn may say. Most of it is for whoever knows what has to be heard and left behind.
FIELDS = ("title", "from", "at", "languages", "ears", "fails", "turn", "leaves", "reads", "earlier")
TURN_FIELDS = ("hears", "fails", *DEEDS, "sure")
_STEP_FIELDS = (*DEEDS, "sure")
# What a call before this one left behind, or an operator: nobody but the hotline can arrange it.
EARLIER_FIELDS = ("language", "tickets", ANNOUNCEMENT)
ARRANGED_BY_THE_HOTLINE = ("earlier", "fails")
# What keys may leave open, as `{account}`; `script` is told what each of them is.
PLACES = ("language", "account", "pin", "ticket", "last_four")


@dataclass(frozen=True, slots=True)
class Conversation:
    """One file. `from_` is a number, "withheld", or None: any number will do; `languages` () is all.

    `arranged` names what the file expects to be arranged beforehand.
    """

    title: str
    from_: str | None
    languages: tuple[str, ...]
    turns: tuple[Mapping[str, Any], ...]
    arranged: tuple[str, ...] = ()

    def hears(self) -> list[list[str]]:
        """The names of the prompts heard in each turn."""
        return [[str(name) for name in turn["hears"]] for turn in self.turns]

    def script(self, values: Values = NO_VALUES) -> tuple[Step, ...]:
        """The caller's steps, the open places of the keys filled from `values`. Raises ScriptFault."""
        deeds = [{name: value for name, value in turn.items() if name in _STEP_FIELDS} for turn in self.turns]
        # A turn without a deed is the end of the call: something is heard, and nothing more is done.
        return read_script([deed for deed in deeds if deed], values)

    def caller(self, usual: str, withheld_as: Literal["word", "digits"] = "word") -> str:
        """The number as the carrier shows it; a withheld one in either of Twilio's two ways."""
        if self.from_ == WITHHELD:
            return ANONYMOUS if withheld_as == "word" else ANONYMOUS_DIGITS
        return self.from_ or usual


def read_conversation(path: Path) -> Conversation:
    """Read a file. Raises ScriptFault that names the file when it is not a conversation."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ScriptFault(f"{path}: {error}") from error
    return read_conversation_text(text, str(path), path.stem)


def read_conversation_text(text: str, file: str, title: str = "") -> Conversation:
    """Read the text of a file; `file` is how faults call it. Raises ScriptFault."""
    try:
        conversation = _read(tomllib.loads(text), title or file)
        # Any keys will do: what is wrong with the steps is found now, not in the middle of a call.
        conversation.script(dict.fromkeys(PLACES, "1"))
    except (ValueError, TypeError, RecursionError) as error:
        raise ScriptFault(f"{file}: {error}") from error
    return conversation


def _read(table: Mapping[str, Any], name: str) -> Conversation:
    _refuse_unknown(table, FIELDS)
    turns = table.get("turn")
    if not isinstance(turns, list) or not turns:
        raise ScriptFault("there is no [[turn]]")
    for place, turn in enumerate(turns, start=1):
        if not isinstance(turn, dict) or not isinstance(turn.get("hears"), list):
            raise ScriptFault(f"turn {place} does not say what is heard")
        _refuse_unknown(turn, TURN_FIELDS)
    earlier = table.get("earlier", {})
    if not isinstance(earlier, dict):
        raise ScriptFault('earlier is a table, such as { language = "zh" }')
    _refuse_unknown(earlier, EARLIER_FIELDS)
    from_, languages = table.get("from"), table.get("languages", [])
    if not isinstance(languages, list):
        raise ScriptFault('languages is a list, such as ["en"]')
    return Conversation(
        title=str(table.get("title", name)),
        from_=None if from_ is None else str(from_),
        languages=tuple(map(str, languages)),
        turns=tuple(turns),
        arranged=tuple(
            name for name in ARRANGED_BY_THE_HOTLINE if any(one.get(name) for one in (table, *turns))
        ),
    )


def _refuse_unknown(table: Mapping[str, Any], known: tuple[str, ...]) -> None:
    if unknown := sorted(table.keys() - set(known)):
        raise ScriptFault(f"unknown: {', '.join(unknown)}")
