"""What changed in the words that callers hear: the old ones, and the new ones below them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from ivr.menus.changes.sentences import quoted
from ivr.menus.changes.walk import ABSENT, Change
from ivr.menus.lint.spoken import slots_in
from ivr.menus.model import MenuBook
from ivr.menus.plain_words import in_plain, key_of
from ivr.menus.wording import Prompt

_TRIES = ("first", "second")
_MISSES = {
    "silence": "silence",
    "no_match": "wrong key",
    "not_heard": "silence of a caller who is heard",
    "not_understood": "time that words are not understood",
}


@dataclass(frozen=True, slots=True)
class _Words:
    """Which words are compared: those of one prompt (None: the words shared by all) in one language."""

    old: MenuBook
    new: MenuBook
    language: str
    prompt: str | None


def changed_words(
    old: MenuBook, new: MenuBook, language: str, prompt: str | None, change: Change
) -> Iterator[str]:
    """Two lines for each text of one prompt that changed; `prompt` is None for the words shared by all."""
    words = _Words(old, new, language, prompt)
    match change.path:
        case (miss,) if miss in _MISSES:
            for number, texts in enumerate(zip_longest(change.before, change.after)):
                yield from _told(words, f"after the {_TRIES[number]} {_MISSES[miss]}, ", texts)
        case ("choices", choice):
            yield from _choice(words, choice, change)
        case ("phrases", choice):
            yield from _said(f"{language}  for {choice}, callers", change)
        case ("parts", part):
            yield from _told(words, f"{part.replace('_', ' ')}: ", _texts(change))
        case ("spoken", part):
            what = "" if part == "say" else f"{part.replace('_', ' ')}, "
            yield from _told(words, f"{what}to callers who are heard: ", _texts(change))
        case _:
            yield from _told(words, "", _texts(change))


def _said(who: str, change: Change) -> Iterator[str]:
    """What callers may say for a choice: what is new, what is gone."""
    before, after = ([] if one is ABSENT else list(one) for one in (change.before, change.after))
    new = [quoted(one) for one in after if one not in before]
    gone = [quoted(one) for one in before if one not in after]
    if new:
        yield f"{who} may say now: {', '.join(new)}"
    if gone:
        yield f"{who} may no longer say: {', '.join(gone)}"
    if not new and not gone:
        yield f"{who} may say the same, in another order or twice"


def _choice(words: _Words, choice: str, change: Change) -> Iterator[str]:
    """The words for a key, or for a thing to try."""
    prompt = words.prompt or ""
    was, now = key_of(words.old, prompt, choice), key_of(words.new, prompt, choice)
    come_or_gone = bool(was) != bool(now)
    if come_or_gone and words.language == words.new.default_language:
        return  # told with the choice itself
    key = now or was
    where = f"for key {key} ({choice}), " if key else f"for {choice}, "
    yield from _told(words, where, _texts(change), (was, now))


def _texts(change: Change) -> tuple[str | None, str | None]:
    before, after = (None if one is ABSENT else str(one) for one in (change.before, change.after))
    return before, after


def _told(
    words: _Words, where: str, texts: tuple[str | None, str | None], keys: tuple[str, str] = ("", "")
) -> Iterator[str]:
    before, after = (" ".join((text or "").split()) for text in texts)
    if before == after:
        return
    was = _heard(before, words.old, words.language, keys[0])
    now = _heard(after, words.new, words.language, keys[1])
    if was == now:
        # A slot took the place of its value, or another format: only the texts as written show it.
        was, now = before, after
    lead = f"{words.language}  {where}"
    if not before:
        yield f"{lead}says now: {quoted(now)}"
    elif not after:
        yield f"{lead}no longer says: {quoted(was)}"
    else:
        yield f"{lead}said: {quoted(was)}"
        yield f"{' ' * len(lead)}now:  {quoted(now)}"


def _heard(text: str, book: MenuBook, language: str, key: str) -> str:
    wording = book.wordings.get(language)
    return in_plain(text, book, wording, {"key": key} if key else {}) if wording else text


def prompts_with(book: MenuBook, value: str, language: str | None = None) -> list[str]:
    """The prompts whose words have this value in them, in the order of the book; in one language or any."""
    found: list[str] = []
    for one in book.languages if language is None else (language,):
        wording = book.wordings.get(one)
        if wording is None or (language is None and value in wording.values):
            continue
        for name, prompt in (*wording.prompts.items(), ("words of all questions", wording.common)):
            if any(_has(text, value) for text in _all_texts(prompt)):
                found.append(name)
    return list(dict.fromkeys(found))


def _all_texts(prompt: Prompt) -> Iterator[str]:
    yield prompt.say
    for table in (prompt.choices, prompt.parts, prompt.spoken):
        yield from table.values()
    for misses in (prompt.silence, prompt.no_match, prompt.not_heard, prompt.not_understood):
        yield from misses


def _has(text: str, value: str) -> bool:
    try:
        return any(name == value for _, name, _ in slots_in(text))
    except ValueError:
        return False
