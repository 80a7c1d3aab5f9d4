"""Reads a conversation file (TOML) as a caller's script: who calls, what they press, who answers."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from exchange.callers import ScriptFault, Step, read_script
from exchange.fields import ANONYMOUS, ANONYMOUS_DIGITS

WITHHELD = "withheld"
# What a turn may say besides the caller's deed; a turn with nothing else is the end of the call.
_NO_DEED = ("hears", "at", "note")


@dataclass(frozen=True, slots=True)
class Conversation:
    """One file. `from_` is a number or "withheld"; `at` is kept as written."""

    title: str
    from_: str
    to: str
    at: str
    languages: tuple[str, ...]
    turns: tuple[Mapping[str, Any], ...]

    def script(self, language_key: str = "") -> tuple[Step, ...]:
        """The caller's steps, `{language}` replaced by the key that chooses the language."""
        deeds = [{name: value for name, value in turn.items() if name not in _NO_DEED} for turn in self.turns]
        return read_script([deed for deed in deeds if deed], language_key)

    def caller(self, withheld_as: Literal["word", "digits"] = "word") -> str:
        """The number as the carrier shows it; a withheld one in either of Twilio's two ways."""
        if self.from_ != WITHHELD:
            return self.from_
        return ANONYMOUS if withheld_as == "word" else ANONYMOUS_DIGITS


def read_conversation(path: Path) -> Conversation:
    """Read a file. Raises ScriptFault that names the file when it is not a conversation."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScriptFault(f"{path}: {error}") from error
    turns = table.get("turn", [])
    if not isinstance(turns, list) or not turns:
        raise ScriptFault(f"{path}: there is no [[turn]]")
    conversation = Conversation(
        title=str(table.get("title", path.stem)),
        from_=str(table.get("from", WITHHELD)),
        to=str(table.get("to", "")),
        at=str(table.get("at", "")),
        languages=tuple(table.get("languages", ())),
        turns=tuple(turns),
    )
    try:
        conversation.script("1")
    except ScriptFault as error:
        raise ScriptFault(f"{path}: {error}") from error
    return conversation
