"""What `hotline menus try-intent` tells: how words of one's own would be taken, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec.structs import replace

from ivr.flow import open_menu
from ivr.flow.engine import begin
from ivr.flow.inputs import Answered, Utterance
from ivr.flow.turn import Scene
from ivr.matching.intents import INTENT_THRESHOLDS, Intents, Ranked
from ivr.matching.verdicts import Accepted, Doubted, Verdict
from ivr.menus.faults import did_you_mean
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Menu
from ivr.menus.wording import Prompt
from speech.requests import Alternative

NOBODY = "CA" + "0" * 32  # the call of a caller who is only imagined
AT = datetime(2000, 1, 1, tzinfo=UTC)

Phrases = dict[str, tuple[str, ...]]


class NoQuestion(Exception):
    """Nothing is asked there that could be answered in words of one's own: with the cure."""


def tried(book: MenuBook, words: str, language: str | None, node: str | None) -> Iterator[str]:
    """Lines for the screen. NoQuestion for a language or a node without phrases."""
    spoken = language or book.default_language
    if spoken not in book.languages:
        cure = did_you_mean(spoken, book.languages, f"known: {', '.join(book.languages)}")
        raise NoQuestion(f"the book is not spoken in {spoken!r}; {cure}")
    place = node or _first(book, spoken)
    phrases = phrases_at(book, spoken, place)
    if not phrases:
        cure = did_you_mean(place, book.nodes, f"write some under [prompts.{place}.phrases]")
        raise NoQuestion(f"no choice of {place!r} has phrases in {spoken!r}; {cure}")
    intents = Intents.of(phrases)
    yield f"{place}, {spoken}: {_verdict(intents.decide(words))}"
    yield from _ranking(intents, words)


def phrases_at(book: MenuBook, language: str, name: str) -> Phrases:
    """Choice -> what callers say for it; at an open menu also for choices of the menus behind it."""
    node = book.nodes.get(name)
    if isinstance(node, Menu) and node.open:
        return _open_phrases(Scene(book, name, node, AT), language)
    prompt = book.wordings[language].prompts.get((node.say if node else None) or name, Prompt())
    return dict(prompt.phrases)


def _open_phrases(scene: Scene[Menu], language: str) -> Phrases:
    """As the engine asks for likeness there."""
    state = replace(begin(scene.book, Answered(AT, NOBODY, None, "")), language=language)
    asked = open_menu.liken(scene, state, Utterance(AT, (Alternative("", 1.0),), ""))
    return dict(asked.phrases) if asked else {}


def _first(book: MenuBook, language: str) -> str:
    """The first menu that takes words of one's own, else the first whose choices have phrases."""
    menus = {name: node for name, node in book.nodes.items() if isinstance(node, Menu)}
    openly = [name for name, node in menus.items() if node.open]
    found = [name for name in (*openly, *menus) if phrases_at(book, language, name)]
    if not found:
        raise NoQuestion(f"no menu of the book has phrases in {language!r}; write some, see docs/menus.md")
    return found[0]


def _verdict(verdict: Verdict) -> str:
    limits = INTENT_THRESHOLDS
    match verdict:
        case Accepted(choice=choice, sure=sure):
            return f"accepted as {choice} ({sure:.2f})"
        case Doubted(choice=choice, said=said, sure=sure):
            asked = f"asked about: did you mean {choice}, as in {said!r}?"
            return f"{asked} ({sure:.2f}, accepted from {limits.accept})"
        case _:
            return f"not understood ({verdict.sure:.2f}, asked about from {limits.confirm}): the menu"


def _ranking(intents: Intents, words: str) -> Iterator[str]:
    ranked = intents.rank(words)
    if not ranked:
        yield "nothing in it is known"
    for one in ranked:
        yield f"{one.sure:5.2f}  {one.intent:<24}{_why(one)}"


def _why(one: Ranked) -> str:
    if one.exact:
        return f"the very phrase {one.phrase!r}"
    pieces = ", ".join(repr(piece) for piece in one.pieces)
    return f"most like {one.phrase!r}" + (f"; for it speak {pieces}" if pieces else "")
