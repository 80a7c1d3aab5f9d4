"""What the schema complains of, in plain words: each complaint with its place and its cure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from identity.levels import Level
from ivr.menus.faults import Path, did_you_mean
from ivr.menus.model import MenuBook
from ivr.menus.nodes import KINDS

LONGEST_SHOWN = 40  # characters of a value repeated in a fault

Said = tuple[str, str]

_NAMES = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list in [ ]",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "date_type": "a date, such as 2026-12-25",
    "date_parsing": "a date, such as 2026-12-25",
    "date_from_datetime_parsing": "a date, such as 2026-12-25",
    "datetime_type": "a date and time, such as 2026-12-25T13:00:00",
    "datetime_parsing": "a date and time, such as 2026-12-25T13:00:00",
    "datetime_from_date_parsing": "a date and time, such as 2026-12-25T13:00:00",
}

_PATTERNS = {
    r"^[0-9*#]$": "one key of the telephone: 0 to 9, * or #",
    r"^[a-z][a-z0-9-]*$": "lower-case letters, digits and hyphens, a letter first",
    r"^[a-z]{2,3}$": "a language code such as en",
    r"^[A-Z]{2}$": "two capital letters such as ID",
}


def in_words(error: ErrorDetails) -> Said:
    """What is wrong and how to mend it, without a word of programming."""
    field = _field(error)
    kind = error["type"]
    if kind in _NAMES:
        return f"{field} is {_shown(error['input'])}", f"write {_NAMES[kind]}"
    said = _SAID.get(kind)
    if said is None:
        return f"{field} is wrong: {error['msg']}", "see docs/menus.md, or docs/book.schema.json"
    return said(field, error)


def path_of(error: ErrorDetails) -> Path:
    """Where it is, without the words that only the schema knows: the kind of a node, `[key]`."""
    path = [one for one in error["loc"] if one != "[key]"]
    if len(path) > 2 and path[0] == "nodes" and path[2] in KINDS:
        del path[2]
    return tuple(path)


def _field(error: ErrorDetails) -> str:
    """The name of a field within its node or file: `timing.menu`, `choices.pay.key`, `checks[1].name`."""
    path = path_of(error)
    if error["type"] == "extra_forbidden":
        return str(path[-1])
    within = {"nodes": 2, "wordings": 2, "hours": 1, "on_call": 1}.get(str(path[0]) if path else "", 0)
    inner = path[within:] or path[-1:]
    return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in inner).removeprefix(".")


def _shown(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "a table"
        case list():
            return "a list"
        case str():
            return f"the text {_cut(value)}"
        case int() | float():
            return f"the number {_cut(value)}"
        case _:
            return _cut(value)


def _cut(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 1] + "…"


def _missing(field: str, _error: ErrorDetails) -> Said:
    return f"{field} is missing", f"add {field} = ..."


def _unknown(field: str, error: ErrorDetails) -> Said:
    known = fields_at(error["loc"])
    otherwise = "take it away" + (f"; known here: {', '.join(known)}" if known else "")
    return f"{field!r} is no field here", did_you_mean(field, known, otherwise)


def _kind(_field: str, error: ErrorDetails) -> Said:
    kind = str(error.get("ctx", {}).get("tag", ""))
    return f"{kind!r} is no kind of node", did_you_mean(kind, KINDS, "known: " + ", ".join(KINDS))


def _no_kind(_field: str, _error: ErrorDetails) -> Said:
    return "the node has no kind", 'add kind = "...": ' + ", ".join(KINDS)


def _pattern(field: str, error: ErrorDetails) -> Said:
    wanted = _PATTERNS.get(str(error.get("ctx", {}).get("pattern")), "another form")
    if error["loc"][-1] == "[key]":
        return f"{_cut(error['input'])} is no name", f"write {wanted}"
    return f"{field} is {_cut(error['input'])}", f"write {wanted}"


def _one_of(field: str, error: ErrorDetails) -> Said:
    wanted = str(error.get("ctx", {}).get("expected"))
    known = [one.strip("' ") for one in wanted.replace(" or ", ", ").split(",")]
    return f"{field} is {_cut(error['input'])}", did_you_mean(
        str(error["input"]), known, f"write one of: {wanted}"
    )


def _level(field: str, error: ErrorDetails) -> Said:
    known = ", ".join(f'"{level.name.lower()}"' for level in Level)
    return f"{field} is {_shown(error['input'])}", f"write one of: {known}"


def _bound(word: str, name: str) -> Callable[[str, ErrorDetails], Said]:
    def said(field: str, error: ErrorDetails) -> Said:
        bound = error.get("ctx", {}).get(name)
        last = field.rpartition(".")[2]
        if last in ("shortest", "longest") and name == "ge":
            return (
                f"{field} is {error['input']}: an entry of one key",
                "ask for two keys or more: one key alone is a key of [everywhere]",
            )
        return f"{field} is {_cut(error['input'])}", f"write {word} {bound}"

    return said


def _length(word: str, name: str) -> Callable[[str, ErrorDetails], Said]:
    def said(field: str, error: ErrorDetails) -> Said:
        ctx = error.get("ctx", {})
        return f"{field} has {ctx.get('actual_length', 'more')} entries", f"give {word} {ctx.get(name)}"

    return said


def _sentence(field: str, error: ErrorDetails) -> Said:
    reason = error["msg"].removeprefix("Value error, ")
    said, _, cure = reason.partition("; ")
    return f"{field}: {said}", cure or "write it as docs/menus.md shows"


_SAID: Mapping[str, Callable[[str, ErrorDetails], Said]] = MappingProxyType(
    {
        "missing": _missing,
        "extra_forbidden": _unknown,
        "union_tag_invalid": _kind,
        "union_tag_not_found": _no_kind,
        "string_pattern_mismatch": _pattern,
        "literal_error": _one_of,
        "enum": _level,
        "value_error": _sentence,
        "greater_than": _bound("more than", "gt"),
        "greater_than_equal": _bound("at least", "ge"),
        "less_than_equal": _bound("at most", "le"),
        "less_than": _bound("less than", "lt"),
        "too_short": _length("at least", "min_length"),
        "too_long": _length("at most", "max_length"),
    }
)


def rule_of(error: ErrorDetails) -> str:
    """The name under which docs/menus.md explains it."""
    path = path_of(error)
    if error["type"] == "extra_forbidden":
        return "unknown-field"
    if error["type"] == "greater_than_equal" and path[-1] in ("shortest", "longest"):
        return "one-digit-entry"
    return "schema"


def fields_at(loc: tuple[str | int, ...]) -> tuple[str, ...]:
    """The fields that are known where a stranger stands: those of its part of the book."""
    model: type[BaseModel] | None = MenuBook
    for depth, step in enumerate(loc[:-1]):
        if loc[0] == "nodes" and depth == 2:
            model = KINDS.get(str(step))
        elif model is not None and isinstance(step, str) and step in model.model_fields:
            model = _part(model.model_fields[step].annotation) or model
    return () if model is None else _written(model)


def _written(model: type[BaseModel]) -> tuple[str, ...]:
    hidden = {"version", "hours", "on_call", "wordings"} if model is MenuBook else set()
    return tuple(field.alias or name for name, field in model.model_fields.items() if name not in hidden)


def _part(annotation: object) -> type[BaseModel] | None:
    """The model inside `dict[str, Choice]`, `tuple[Check, ...]` or `Choice | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _part(one))), None)
