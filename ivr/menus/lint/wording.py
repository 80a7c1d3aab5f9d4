"""Whether everything that is to be said has words in every language, and no words are left over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ivr.menus.faults import MenuFault, did_you_mean
from ivr.menus.lint.found import At, Found, in_wording
from ivr.menus.lint.spoken import Use, choices_of, has_words, parts_of, tries_of, uses
from ivr.menus.model import MenuBook
from ivr.menus.needed import COMMON_PARTS, COMMON_PARTS_OF_SPEECH, COMMON_PARTS_OF_TICKETS, PARTS
from ivr.menus.nodes import Diagnose, Menu, StateOfTicket, TicketDesk
from ivr.menus.wording import Wording

MISSING = "missing-wording"
UNUSED = "unused-wording"

# The states a ticket can be in (callbacks/tickets.py), as a caller may ask for them.
STATES = (
    "received",
    "classified",
    "diagnosed",
    "promised",
    "in-investigation",
    "in-review",
    "solved",
    "followed-up",
    "closed",
    "reopened",
    "cancelled",
)


def missing_says(book: MenuBook) -> Found:
    """A node has nothing to say, or a choice has no words."""
    for use in uses(book):
        # These three speak by their choices, their checks and their parts; an introduction may be left out.
        silent = isinstance(use.node, Menu | Diagnose | TicketDesk)
        if not silent and not use.prompt.say.strip():
            cure = f'write say = "..." under [prompts.{use.prompt_name}]'
            yield use.at("say").fault(MISSING, f"no words in {use.language!r}", cure)
        for choice in choices_of(use.node):
            if not use.prompt.choices.get(choice, "").strip():
                cure = f'write {choice} = "..." under [prompts.{use.prompt_name}.choices]'
                what = f"no words for the choice {choice!r} in {use.language!r}"
                yield use.at("choices", choice).fault(MISSING, what, cure)


def missing_parts(book: MenuBook) -> Found:
    """A stage of a node has no words, neither of its own nor common ones. Told once for all such nodes."""
    told: set[tuple[str, str]] = set()
    for use in uses(book):
        for part in parts_of(use.node):
            words = use.prompt.parts.get(part, use.wording.common.parts.get(part, ""))
            if not words.strip() and (use.language, part) not in told:
                told.add((use.language, part))
                what = f"no words for its part {part!r} in {use.language!r}"
                yield use.at("parts", part).fault(MISSING, what, _where(use, "parts", f'{part} = "..."'))
    for language, wording in _spoken(book).items():
        for part in COMMON_PARTS:
            if not wording.common.parts.get(part, "").strip():
                at = in_wording(book, language, "common", "parts", part)
                cure = f'write {part} = "..." under [common.parts]'
                yield at.fault(MISSING, f"no words for {part!r} in {language!r}", cure)


def missing_speech(book: MenuBook) -> Found:
    """A language has words for yes and no, and lacks some that talking with its callers takes."""
    for language, wording in _spoken(book).items():
        if not (wording.spoken.yes or wording.spoken.no):
            continue  # a language for keys alone
        for part in COMMON_PARTS_OF_SPEECH:
            if not wording.common.parts.get(part, "").strip():
                at = in_wording(book, language, "common", "parts", part)
                cure = (
                    f'write {part} = "..." under [common.parts]; without it nobody is heard in {language!r}'
                )
                yield at.warning(MISSING, f"no words for {part!r} in {language!r}", cure)


def missing_tries(book: MenuBook) -> Found:
    """A question bears misses for which there are no words. Told once for all that share the common ones."""
    told: set[tuple[str, str, int]] = set()
    for use in uses(book):
        for miss, wanted in tries_of(use.node):
            own = getattr(use.prompt, miss)
            there = own or getattr(use.wording.common, miss)
            lacking = next((n for n in range(wanted) if n >= len(there) or not there[n].strip()), None)
            if lacking is None or (not own and (use.language, miss, lacking) in told):
                continue
            if not own:
                told.add((use.language, miss, lacking))
            try_ = "first" if lacking == 0 else "second"
            what = f"no words for the {try_} {miss} in {use.language!r}"
            yield use.at(miss).fault(MISSING, what, _where(use, "", f'{miss} = ["...", "..."]'))


def _where(use: Use, table: str, line: str) -> str:
    below = f".{table}" if table else ""
    return f"write {line} under [prompts.{use.prompt_name}{below}] or [common{below}]"


def missing_names(book: MenuBook) -> Found:
    """A topic, a state of a ticket or a key has no name in a language."""
    asked = any(isinstance(node, StateOfTicket) for node in book.nodes.values())
    everywhere = book.everywhere
    keys = {everywhere.person.key, everywhere.stop_my_money.key, everywhere.back, everywhere.again}
    for language, wording in _spoken(book).items():
        for table, names, there in (
            ("topics", tuple(book.topics), wording.topics),
            ("states", STATES if asked else (), wording.states),
            ("keys", tuple(sorted(keys & {"*", "#"})), wording.keys),
        ):
            for name in names:
                if not there.get(name, "").strip():
                    written = f'"{name}"' if table == "keys" else name
                    at = in_wording(book, language, table, name)
                    cure = f'write {written} = "..." under [{table}]'
                    yield at.fault(MISSING, f"no words for {name!r} of {table} in {language!r}", cure)
        for number, word in enumerate(wording.digits):
            if not word.strip():
                at = in_wording(book, language, "digits", number)
                yield at.fault(MISSING, f"no word for the digit {number} in {language!r}", "write it")


def unused_prompts(book: MenuBook) -> Found:
    """Words that no node ever speaks: a name that was changed in one file and not in the other."""
    spoken: dict[str, list[str]] = {}
    for name, node in book.nodes.items():
        if has_words(node):
            spoken.setdefault(node.say or name, []).append(name)
    for language, wording in _spoken(book).items():
        for prompt, words in wording.prompts.items():
            at = in_wording(book, language, "prompts", prompt)
            if prompt not in spoken:
                yield _unused(at, prompt, spoken)
                continue
            nodes = [book.nodes[name] for name in spoken[prompt]]
            choices = {choice for node in nodes for choice in choices_of(node)}
            parts = {part for node in nodes for part in (*PARTS[node.kind], *parts_of(node))}
            yield from _left_over(book, language, ("prompts", prompt, "choices"), words.choices, choices)
            yield from _left_over(book, language, ("prompts", prompt, "parts"), words.parts, parts)
            heard = {"say", *parts}
            yield from _left_over(book, language, ("prompts", prompt, "spoken"), words.spoken, heard)


def unused_names(book: MenuBook) -> Found:
    """Common words, topics, states and keys that nothing in the book has."""
    shared = (*COMMON_PARTS, *COMMON_PARTS_OF_TICKETS, *COMMON_PARTS_OF_SPEECH)
    of_nodes = {part for names in PARTS.values() for part in names}
    parts = {*shared, *of_nodes}
    for language, wording in _spoken(book).items():
        yield from _left_over(book, language, ("common", "parts"), wording.common.parts, parts)
        yield from _left_over(book, language, ("common", "spoken"), wording.common.spoken, of_nodes)
        yield from _left_over(book, language, ("common", "choices"), wording.common.choices, set())
        yield from _left_over(book, language, ("topics",), wording.topics, set(book.topics))
        yield from _left_over(book, language, ("states",), wording.states, set(STATES))
        yield from _left_over(book, language, ("keys",), wording.keys, set("0123456789*#"))


def _left_over(
    book: MenuBook, language: str, table: tuple[str, ...], there: Mapping[str, str], known: set[str]
) -> Found:
    for name in there:
        if name not in known:
            yield _unused(in_wording(book, language, *table, name), name, known)


def _unused(at: At, name: str, known: Iterable[str]) -> MenuFault:
    cure = did_you_mean(name, known, "take it away")
    return at.warning(UNUSED, f"the words {name!r} are never spoken", cure)


def _spoken(book: MenuBook) -> dict[str, Wording]:
    return {language: book.wordings[language] for language in book.languages if language in book.wordings}
