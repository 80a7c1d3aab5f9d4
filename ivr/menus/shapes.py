"""What every part of a book is made of: a frozen model, and the few shapes of its values."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from identity.levels import Level

PATIENCE_AT_MOST = 2  # misses of a kind that a question bears

Key = Annotated[str, Field(pattern=r"^[0-9*#]$", description="one key of the telephone")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", description="lower-case words with hyphens")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$", description="ISO 639 code")]


def _level(value: object) -> object:
    if isinstance(value, str):
        try:
            return Level[value.upper()]
        except KeyError:
            known = ", ".join(level.name.lower() for level in Level)
            raise ValueError(f"{value!r} is no level; known: {known}") from None
    return value


Needs = Annotated[
    Level,
    BeforeValidator(
        _level, json_schema_input_type=Literal["anonymous", "recognised", "identified", "verified"]
    ),
    PlainSerializer(lambda level: level.name.lower(), return_type=str),
]


class Part(BaseModel):
    """What every part of a book has in common: it never changes, and it knows no other fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
