"""The form of a book's files as JSON Schema, for editors that check while somebody writes."""

from __future__ import annotations

import json
from typing import Any

from callbacks.paging.on_call import OnCall
from foundation.hours import Hours
from ivr.menus.model import MenuBook
from ivr.menus.wording import Wording

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_IN_FILES_OF_THEIR_OWN = ("version", "hours", "on_call", "wordings")


def json_schema() -> dict[str, Any]:
    """One schema for the four kinds of file: the book, a language's words, hours, people on call."""
    shared: dict[str, Any] = {}
    files = {
        "book": _without_other_files(_schema(MenuBook, shared)),
        "wording": _schema(Wording, shared),
        "hours": _schema(Hours, shared),
        "on-call": _schema(OnCall, shared),
    }
    return {
        "$schema": DRAFT,
        "title": "A file of a menu book",
        "description": "NAME.toml, NAME.LANGUAGE.toml, hours.toml or on-call.toml; see docs/menus.md",
        "anyOf": [{"$ref": f"#/$defs/file-{name}"} for name in files],
        "$defs": {
            **{f"file-{name}": schema for name, schema in files.items()},
            **dict(sorted(shared.items())),
        },
    }


def json_schema_text() -> str:
    """The same as it stands in docs/book.schema.json."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _schema(model: type[MenuBook | Wording | Hours | OnCall], shared: dict[str, Any]) -> dict[str, Any]:
    schema = model.model_json_schema(mode="validation")
    shared.update(schema.pop("$defs", {}))
    return schema


def _without_other_files(book: dict[str, Any]) -> dict[str, Any]:
    fields = {name: what for name, what in book["properties"].items() if name not in _IN_FILES_OF_THEIR_OWN}
    required = [name for name in book["required"] if name not in _IN_FILES_OF_THEIR_OWN]
    return {**book, "properties": fields, "required": required}
