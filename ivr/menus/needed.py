"""Which words each kind of node needs, and which slots those words may use: one table for engine and lint."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Words that belong to the whole book; they stand in the wording's [common].
COMMON_PARTS = ("no_way_back", "too_long", "unavailable")
# As well, in a book that makes tickets; without it the number is not said again.
COMMON_PARTS_OF_TICKETS = ("ticket_again",)

# As well, where callers are heard; a language that lacks one of them is answered by keys alone.
COMMON_PARTS_OF_SPEECH = (
    "say_it",
    "did_you_say",
    "go_on",
    "read_back",
    "group",
    "meant",
    "taken_back",
    "not_taken_back",
    "by_keys",
    "listening",
)

# Parts of a node's prompt, each in the node's own prompt or in [common].
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "message": (),
        "menu": (),
        "language": (),
        "agreement": (),
        "digits": ("confirm", "mixed"),
        "yes-no": (),
        "diagnose": ("try", "helped"),
        "hours": (),
        "announcement": (),
        "ticket": (
            "number",
            "entry",
            "entry_confirm",
            "bad_number",
            "mixed",
            "opened",
            "joined",
            "already",
            "kept",
            "failed",
            "reach",
            "number_kept",
        ),
        "ticket-state": ("proof", "found", "unknown", "slowed"),
        "survey": ("thanks",),
        "record": ("review", "choose", "failed"),
        "verify": ("pin", "verified", "refused", "slowed", "failed"),
        "transfer": ("unanswered",),
        "goodbye": (),
    }
)

# Slots that a part can use beyond facts, values and the built-in ones: (kind, part) -> names.
SLOTS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("digits", "confirm"): ("entry",),
        ("ticket", "number"): ("last_four",),
        ("ticket", "reach"): ("last_four",),
        ("ticket", "entry_confirm"): ("entry",),
        ("ticket", "opened"): ("ticket", "due"),
        ("ticket", "joined"): ("ticket", "due"),
        ("ticket", "already"): ("ticket", "due"),
        ("ticket", "kept"): ("due",),
        ("ticket-state", "found"): ("ticket", "topic"),
    }
)

# The same of the parts that belong to the whole book.
SLOTS_OF_SPEECH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "did_you_say": ("said",),
        "go_on": ("entry",),
        "read_back": ("entry",),
        "group": ("entry", "count"),
    }
)

# Facts that a kind of node teaches the call by itself; words after it may use them.
FACTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "hours": ("opens",),
        "ticket": ("ticket", "due"),
        "record": ("recording",),
        "diagnose": ("solved",),
        "transfer": ("solved",),
    }
)

# Slots that can be used anywhere.
BUILT_IN = ("person_key", "stop_key", "back_key", "again_key", "break")
FORMATS = ("", "digits", "number", "money", "time")
