"""Which wordings a book really speaks, in each language, with the slots that each of them can fill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter

from ivr.menus.faults import Path
from ivr.menus.lint.found import At, in_wording
from ivr.menus.model import MenuBook
from ivr.menus.needed import (
    COMMON_PARTS,
    COMMON_PARTS_OF_SPEECH,
    COMMON_PARTS_OF_TICKETS,
    PARTS,
    SLOTS,
    SLOTS_OF_SPEECH,
)
from ivr.menus.nodes import (
    Announce,
    Asking,
    Diagnose,
    Digits,
    HoursBranch,
    LanguageQuestion,
    Menu,
    Node,
    TicketDesk,
)
from ivr.menus.wording import Prompt, Wording

NOTHING: frozenset[str] = frozenset()
KEY = frozenset({"key"})
TICKET = frozenset({"ticket"})
DUE = frozenset({"due"})
# What is said of a miss to a caller who is heard, and what it takes the place of.
BY_VOICE = {"silence": "not_heard", "no_match": "not_understood"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """One wording that is spoken somewhere, and the slots it can use beyond facts and values."""

    at: At
    text: str
    slots: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True)
class Use:
    """One node and its words in one language."""

    book: MenuBook
    wording: Wording
    language: str
    name: str
    node: Node

    @property
    def prompt_name(self) -> str:
        return self.node.say or self.name

    @property
    def prompt(self) -> Prompt:
        return self.wording.prompts.get(self.prompt_name) or Prompt()

    def at(self, *path: str | int) -> At:
        """A place in the node's own prompt."""
        return in_wording(self.book, self.language, "prompts", self.prompt_name, *path, node=self.name)

    def common(self, *path: str | int) -> At:
        """A place in the words that all prompts share."""
        return in_wording(self.book, self.language, "common", *path)


def uses(book: MenuBook) -> Iterator[Use]:
    """Every node that speaks, in every language that is spoken."""
    for language in book.languages:
        wording = book.wordings.get(language)
        if wording is not None:
            for name, node in book.nodes.items():
                if has_words(node):
                    yield Use(book, wording, language, name, node)


def has_words(node: Node) -> bool:
    """Whether what a node says stands in the wording files; an announcement is written by its operator."""
    return not isinstance(node, HoursBranch | Announce)


def parts_of(node: Node) -> tuple[str, ...]:
    """The parts that a node of this kind, set like this, comes to speak."""
    match node:
        case Digits() if not node.read_back:
            return ("mixed",)
        case TicketDesk():
            return _ticket_parts(node)
        case _:
            return PARTS[node.kind]


def _ticket_parts(node: TicketDesk) -> tuple[str, ...]:
    filed = ("opened", "joined", "already", "kept", "failed")
    asked = ("entry", "entry_confirm", "bad_number", "mixed")
    match node.number:
        case "before":
            return ("number", *asked, *filed)
        case "after":
            return ("reach", *asked, "number_kept", *filed)
        case "never":
            return filed


def choices_of(node: Node) -> tuple[str, ...]:
    """The names of choices that a node has words for."""
    match node:
        case Menu():
            return tuple(node.choices)
        case Diagnose():
            return tuple(check.name for check in node.checks)
        case _:
            return ()


def tries_of(node: Node) -> Iterator[tuple[str, int]]:
    """For each way to miss a question, how many wordings are needed."""
    if isinstance(node, Asking):
        yield "silence", node.silence_patience
        yield "no_match", node.no_match_patience


def phrases(book: MenuBook) -> Iterator[Phrase]:
    """Every wording that is spoken. One that several nodes share comes once for each of them."""
    for use in uses(book):
        yield from _node_phrases(use)
    for language in book.languages:
        wording = book.wordings.get(language)
        if wording is not None:
            yield from _shared_phrases(book, language, wording)


def _shared_phrases(book: MenuBook, language: str, wording: Wording) -> Iterator[Phrase]:
    """Words of the whole book, and those that tell what the state of a ticket means."""
    whole = (*COMMON_PARTS, *COMMON_PARTS_OF_TICKETS, *COMMON_PARTS_OF_SPEECH)
    for part, words in wording.common.parts.items():
        if part in whole:
            slots = TICKET if part in COMMON_PARTS_OF_TICKETS else frozenset(SLOTS_OF_SPEECH.get(part, ()))
            yield Phrase(in_wording(book, language, "common", "parts", part), words, slots)
    for state, words in wording.states.items():
        yield Phrase(in_wording(book, language, "states", state), words, DUE)


def _node_phrases(use: Use) -> Iterator[Phrase]:
    prompt, shared = use.prompt, use.wording.common
    yield Phrase(use.at("say"), prompt.say, KEY if isinstance(use.node, LanguageQuestion) else NOTHING)
    yield from _spoken_phrases(use)
    for choice in choices_of(use.node):
        if choice in prompt.choices:
            slots = KEY if isinstance(use.node, Menu) else NOTHING
            yield Phrase(use.at("choices", choice), prompt.choices[choice], slots)
    for part in parts_of(use.node):
        at, found = (use.at, prompt) if part in prompt.parts else (use.common, shared)
        if part in found.parts:
            slots = frozenset(SLOTS.get((use.node.kind, part), ()))
            yield Phrase(at("parts", part), found.parts[part], slots)
    for miss, wanted in tries_of(use.node):
        own = getattr(prompt, miss)
        at, texts = (use.at, own) if own else (use.common, getattr(shared, miss))
        for number, text in enumerate(texts[:wanted]):
            yield Phrase(at(miss, number), text)


def _spoken_phrases(use: Use) -> Iterator[Phrase]:
    """What is said instead to a caller who is heard."""
    prompt, shared = use.prompt, use.wording.common
    if "say" in prompt.spoken:
        yield Phrase(use.at("spoken", "say"), prompt.spoken["say"])
    for part in parts_of(use.node):
        at, found = (use.at, prompt) if part in prompt.spoken else (use.common, shared)
        if part in found.spoken:
            slots = frozenset(SLOTS.get((use.node.kind, part), ()))
            yield Phrase(at("spoken", part), found.spoken[part], slots)
    for miss, _ in tries_of(use.node):
        field = BY_VOICE[miss]
        own = getattr(prompt, field)
        at, texts = (use.at, own) if own else (use.common, getattr(shared, field))
        for number, text in enumerate(texts):
            yield Phrase(at(field, number), text)


def breaths(use: Use) -> Iterator[tuple[At, str]]:
    """What a node says in one go: a question with its choices, a thing to try with how to answer."""
    prompt = use.prompt
    choices = [prompt.choices.get(choice, "") for choice in choices_of(use.node)]
    if isinstance(use.node, Diagnose):
        yield use.at("say"), prompt.say
        how = prompt.parts.get("try", use.wording.common.parts.get("try", ""))
        for choice, words in zip(choices_of(use.node), choices, strict=True):
            yield use.at("choices", choice), f"{words} {how}"
    else:
        yield use.at("say"), " ".join([prompt.say, *choices])
        yield use.at("spoken", "say"), " ".join([prompt.spoken.get("say", prompt.say), *choices])
    for phrase in _node_phrases(use):
        if phrase.at.path[-2] != "choices" and phrase.at.path[-1] != "say":
            yield phrase.at, phrase.text


def slots_in(text: str) -> list[tuple[str, str, str]]:
    """A wording taken apart as the engine does it: words, slot, format. ValueError if braces do not pair."""
    taken: list[tuple[str, str, str]] = []
    for words, name, form, conversion in Formatter().parse(text):
        if conversion:
            raise ValueError(f"'!{conversion}' has no meaning in a slot")
        taken.append((words, name or "", form or ""))
        if name == "":
            raise ValueError("a slot has no name")
    return taken


def place_of(at: At) -> Path:
    """Where a wording stands: the same for every node that shares it."""
    return (at.file, *at.path)
