"""Whether every wording can be spoken: its slots can be filled, its characters sent, its length borne."""

from __future__ import annotations

import re

from ivr.menus.faults import did_you_mean
from ivr.menus.lint.found import Found, in_book, in_wording
from ivr.menus.lint.spoken import Phrase, breaths, phrases, place_of, slots_in, uses
from ivr.menus.lint.ways import ways
from ivr.menus.model import BREATH_SECONDS, MenuBook
from ivr.menus.needed import BUILT_IN, FACTS, FORMATS
from ivr.menus.nodes import Diagnose, Digits, YesNo
from ivr.menus.spoken_length import seconds

# What XML 1.0 cannot hold (section 2.2), and so the carrier cannot be sent.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def facts(book: MenuBook) -> frozenset[str]:
    """Every fact that some node of the book can set."""
    known: set[str] = set()
    for node in book.nodes.values():
        known.update(FACTS.get(node.kind, ()))
        for way in ways(node):
            known.update(way.sets)
        match node:
            case Digits():
                known.add(node.fact)
            case YesNo() if node.fact:
                known.add(node.fact)
            case Diagnose():
                known.update(check.name for check in node.checks)
            case _:
                pass
    return frozenset(known)


def slots(book: MenuBook) -> Found:
    """A slot that nothing can ever fill, a format nobody knows, braces that do not pair."""
    known = facts(book) | set(BUILT_IN) | set(book.values)
    told: set[tuple[str | int, ...]] = set()
    for phrase in phrases(book):
        language = phrase.at.file.split(".")[-2]
        fillable = known | phrase.slots | set(book.wordings[language].values)
        for fault in _slot_faults(phrase, fillable):
            place = (*place_of(phrase.at), fault.what)
            if place not in told:
                told.add(place)
                yield fault


def _slot_faults(phrase: Phrase, fillable: set[str] | frozenset[str]) -> Found:
    try:
        taken = slots_in(phrase.text)
    except ValueError as trouble:
        what = f"the braces cannot be read ({trouble})"
        yield phrase.at.fault("bad-braces", what, "write {name} for a slot and {{ for a brace")
        return
    for _, name, form in taken:
        if name and name not in fillable:
            cure = did_you_mean(name, fillable, f"write {name} into [values], or set it in a node before")
            yield phrase.at.fault("unfilled-placeholder", f"nothing can ever fill {{{name}}}", cure)
        if form not in FORMATS:
            known = ", ".join(one for one in FORMATS if one)
            cure = did_you_mean(form, FORMATS, f"known: {known}")
            yield phrase.at.fault("unknown-format", f"{form!r} is no format of {{{name}}}", cure)


def amounts_and_moments(book: MenuBook) -> Found:
    """How an amount and a moment are said together with their words."""
    for language, wording in book.wordings.items():
        for field, text, needed in (
            ("currency", wording.currency, {"amount"}),
            ("moment", wording.moment, {"date", "time"}),
        ):
            at = in_wording(book, language, field)
            wanted = " and ".join(f"{{{name}}}" for name in sorted(needed))
            try:
                taken = {name for _, name, _ in slots_in(text) if name}
            except ValueError as trouble:
                yield at.fault(
                    "bad-braces", f"the braces cannot be read ({trouble})", f"write {wanted} and words"
                )
                continue
            if taken != needed or any(form for _, _, form in slots_in(text)):
                what = f"{field} is {text!r}"
                yield at.fault("unfilled-placeholder", what, f"it must hold {wanted} and no other slot")


def cannot_be_sent(text: str) -> bool:
    """Whether a character stands in it that no document for the carrier can hold."""
    return _UNSPEAKABLE.search(text) is not None


def unspeakable(book: MenuBook) -> Found:
    """A character that cannot be sent to the carrier: the whole document would fail."""
    for name, value in book.values.items():
        if cannot_be_sent(value):
            yield in_book(book, "values", name).fault("unspeakable", *_UNSEEN)
    told: set[tuple[str | int, ...]] = set()
    for phrase in phrases(book):
        if cannot_be_sent(phrase.text) and place_of(phrase.at) not in told:
            told.add(place_of(phrase.at))
            yield phrase.at.fault("unspeakable", *_UNSEEN)
    for language, wording in book.wordings.items():
        for table in ("values", "topics", "states", "keys"):
            for name, words in getattr(wording, table).items():
                if cannot_be_sent(words):
                    yield in_wording(book, language, table, name).fault("unspeakable", *_UNSEEN)


_UNSEEN = ("a character stands in the words that no telephone can be sent", "write the words anew by hand")


def breath(book: MenuBook) -> Found:
    """A prompt that is longer than can be borne when it is spoken."""
    told: set[tuple[str | int, ...]] = set()
    for use in uses(book):
        for at, text in breaths(use):
            long = seconds(text, use.book, use.wording)
            if long > BREATH_SECONDS and place_of(at) not in told:
                told.add(place_of(at))
                what = f"takes about {long:.0f} seconds to say in {use.language!r}"
                yield at.fault("too-long", what, f"say it in {BREATH_SECONDS} seconds, or divide it")
