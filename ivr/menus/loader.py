"""From a folder of TOML files to a menu book, or to everything that is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path as Place
from typing import Any

from pydantic import ValidationError

from ivr.menus import complaints
from ivr.menus.faults import BookFaults, MenuFault, Path, errors
from ivr.menus.files import FOLDERS_KEPT, HOURS, ON_CALL, Folder, read_folder
from ivr.menus.fingerprint import version_of
from ivr.menus.lint.rules import Rule, lint, lint_parts
from ivr.menus.model import MenuBook
from ivr.menus.toml_places import line_of

NODES_AT_MOST = 1_000

_STAND_IN_NODE = {"kind": "goodbye"}
_STAND_IN_HOURS = {"zone": "UTC", "week": {}}


@dataclass(frozen=True, slots=True)
class Judged:
    """What a folder holds: the book, or None if it has errors; and all faults, in the order of the files."""

    book: MenuBook | None
    faults: tuple[MenuFault, ...]


def load(folder: Place) -> MenuBook:
    """The book of a folder. Raises BookFaults with every error; warnings do not keep a book back."""
    judged = judge(folder)
    if judged.book is None:
        raise BookFaults(errors(judged.faults))
    return judged.book


def judge(folder: Place, also: Rule | None = None) -> Judged:
    """The book of a folder and everything that is to be said about it. Never raises.

    `also`: a rule of somebody who knows more than the files, asked about a book whose parts are all sound.
    """
    found = read_folder(folder)
    if found.name is None:
        return Judged(None, found.faults)
    book, judged = _judged(found, found.name)
    more = also(book) if book is not None and also is not None else ()
    faults = tuple(_in_order(_placed(fault, found) for fault in (*found.faults, *judged, *more)))
    if errors(faults):
        return Judged(None, faults)
    return Judged(book, faults)


@lru_cache(maxsize=FOLDERS_KEPT)
def _judged(found: Folder, name: str) -> tuple[MenuBook | None, tuple[MenuFault, ...]]:
    """The book of a folder and what is wrong with its parts; looked at again only if it has changed."""
    book, faults = _validated(_assembled(found, name), found, name)
    return book, tuple(faults)


def _assembled(found: Folder, name: str) -> dict[str, Any]:
    """The tables of all files as one; what a file of its own says cannot be said in the book's file."""
    raw: dict[str, Any] = dict(_table(found, f"{name}.toml"))
    raw["hours"] = _table(found, HOURS)
    raw["on_call"] = _table(found, ON_CALL) or None  # a file that says nothing is as none
    raw["wordings"] = {language: _table(found, f"{name}.{language}.toml") for language in found.languages}
    return raw


def _table(found: Folder, file: str) -> Mapping[str, Any]:
    return found.files[file].table if file in found.files else {}


def _validated(raw: dict[str, Any], found: Folder, name: str) -> tuple[MenuBook | None, list[MenuFault]]:
    faults = [*_before_the_schema(raw, found, name)]
    try:
        book = _model(raw)
    except ValidationError as trouble:
        faults += _complaints(trouble, found, name)
        return None, faults + _lint_what_stands(raw, faults, found, name)
    if book.name != name:
        cure = f'write name = "{name}", or name the file {book.name}.toml'
        faults.append(_fault(f"{name}.toml", ("name",), f"the book is called {book.name!r}", cure))
    return book.model_copy(update={"version": version_of(book)}), [*faults, *lint(book)]


def _model(raw: Mapping[str, Any]) -> MenuBook:
    # Strict, so that "5" is no number and 1 no true; by way of JSON, where a list may be a tuple.
    return MenuBook.model_validate_json(json.dumps(raw, default=_as_text), strict=True)


def _as_text(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"TOML knows no {type(value)}")


def _before_the_schema(raw: dict[str, Any], found: Folder, name: str) -> Iterable[MenuFault]:
    """Fields that belong into other files, a version written by hand, and too many nodes."""
    file = f"{name}.toml"
    written = _table(found, file)
    raw.pop("version", None)
    for field, cure in (
        ("version", "take it away: it is reckoned from the files"),
        ("hours", f"write it into {HOURS}"),
        ("on_call", f"write it into {ON_CALL}"),
        ("wordings", f"write it into {name}.LANGUAGE.toml"),
    ):
        if field in written:
            yield _fault(file, (field,), f"{field!r} is no field here", cure, rule="unknown-field")
    nodes = raw.get("nodes")
    if isinstance(nodes, dict) and len(nodes) > NODES_AT_MOST:
        raw["nodes"] = dict(list(nodes.items())[:NODES_AT_MOST])
        cure = f"a book has at most {NODES_AT_MOST:,}: divide it"
        yield _fault(file, ("nodes",), f"{len(nodes):,} nodes", cure)


def _complaints(trouble: ValidationError, found: Folder, name: str) -> list[MenuFault]:
    faults = []
    for error in trouble.errors(include_url=False):
        file, path = _file_of(complaints.path_of(error), name)
        if file not in found.files:
            continue  # it could not be read, and that has been said
        what, cure = complaints.in_words(error)
        node = str(path[1]) if len(path) > 1 and path[0] == "nodes" and file == f"{name}.toml" else None
        faults.append(MenuFault(file, 0, node, what, cure, complaints.rule_of(error), path=path))
    return faults


def _file_of(path: Path, name: str) -> tuple[str, Path]:
    match path:
        case ("hours", *rest):
            return HOURS, tuple(rest)
        case ("on_call", *rest):
            return ON_CALL, tuple(rest)
        case ("wordings", language, *rest):
            return f"{name}.{language}.toml", tuple(rest)
        case _:
            return f"{name}.toml", path


def _lint_what_stands(
    raw: dict[str, Any], faults: list[MenuFault], found: Folder, name: str
) -> list[MenuFault]:
    """The rules that need no whole book, run over the parts that are sound: more faults at once.

    A broken node becomes a goodbye, so that its name is known, and nothing is said about it.
    """
    broken = {fault.node for fault in faults if fault.node}
    unsound = {fault.file for fault in (*faults, *found.faults)} - {f"{name}.toml"}
    sound = {one: what for one, what in raw.items() if one in MenuBook.model_fields}
    sound["wordings"] = {
        one: raw["wordings"][one] for one in found.languages if f"{name}.{one}.toml" not in unsound
    }
    if HOURS in unsound:
        sound["hours"] = _STAND_IN_HOURS
    if ON_CALL in unsound:
        sound.pop("on_call", None)
    if isinstance(raw.get("nodes"), dict):
        sound["nodes"] = {
            one: _STAND_IN_NODE if one in broken else what for one, what in raw["nodes"].items()
        }
    try:
        book = _model(sound)
    except ValidationError:
        return []
    rules = lint_parts if broken else lint
    return [fault for fault in rules(book) if fault.node not in broken and fault.file not in unsound]


def _placed(fault: MenuFault, found: Folder) -> MenuFault:
    if fault.line:
        return fault
    file = found.files.get(fault.file)
    return replace(fault, line=line_of(file.lines, fault.path) if file else 1)


def _in_order(faults: Iterable[MenuFault]) -> list[MenuFault]:
    return sorted(dict.fromkeys(faults), key=lambda fault: (fault.file, fault.line, fault.what))


def _fault(file: str, path: Path, what: str, cure: str, *, rule: str = "schema") -> MenuFault:
    return MenuFault(file, 0, None, what, cure, rule, path=path)
