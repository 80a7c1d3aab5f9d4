"""What changed in the book as a whole: its keys, topics, hours, values, languages and voices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ivr.menus.changes.of_words import prompts_with
from ivr.menus.changes.sentences import minutes, quoted, shown, some, was_and_is
from ivr.menus.changes.walk import ABSENT, Change
from ivr.menus.model import MenuBook

_DAYS: Mapping[str, str] = MappingProxyType(
    {
        "mon": "On Mondays",
        "tue": "On Tuesdays",
        "wed": "On Wednesdays",
        "thu": "On Thursdays",
        "fri": "On Fridays",
        "sat": "On Saturdays",
        "sun": "On Sundays",
    }
)

_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "name": "name of the book",
        "start": "a call begins at",
        "give_up": "who does not answer goes to",
        "verification": "callers prove who they are at",
        "message_topic": "topic of a spoken message that comes without one",
        "languages": "languages, in the order of their keys",
        "default_language": "language of a number that is not named",
        "everywhere person key": "key for a person",
        "everywhere person to": "the key for a person leads to",
        "everywhere stop_my_money key": "key to stop one's money",
        "everywhere stop_my_money to": "the key to stop one's money leads to",
        "everywhere back": "key to go back",
        "everywhere again": "key to hear it again",
        "timing menu": "seconds of quiet before a question counts as unanswered",
        "timing digits": "seconds of quiet before a number counts as unanswered",
        "calling region": "a number without country code is read as one of",
        "calling countries": "countries that are called",
    }
)


def whole_book(change: Change) -> str:
    """A field of the book that belongs to no node, topic, hour or language."""
    if change.path[0] == "numbers":
        return was_and_is(f"the number {change.path[1]} greets in", change)
    name = " ".join(change.path)
    return was_and_is(_FIELDS.get(name, name.replace("_", " ")), change)


def topic(name: str, changes: list[Change], old: MenuBook, new: MenuBook) -> Iterator[str]:
    """A topic that is new, gone, or answered by another time."""
    fields = {change.path[0] if change.path else "" for change in changes}
    if "" in fields:
        yield f"new: {name}, answered {_promise(new, name)}" if name in new.topics else f"gone: {name}"
        return
    if fields & {"answer_within_minutes", "around_the_clock"}:
        yield f"{name} is answered {_promise(old, name)}, now {_promise(new, name)}"
    for change in changes:
        if change.path[0] not in {"answer_within_minutes", "around_the_clock"}:
            yield was_and_is(f"{name}: {change.path[0]}", change)


def _promise(book: MenuBook, name: str) -> str:
    one = book.topics[name]
    clock = "around the clock" if one.around_the_clock else "of working time"
    return f"within {minutes(one.answer_within_minutes)} {clock}"


def hours(change: Change) -> Iterator[str]:
    """When people are there."""
    match change.path:
        case ("week", day):
            was = shown(change.before) if change.before else "at no time"
            now = shown(change.after) if change.after else "at no time"
            yield f"{_DAYS.get(day, day)} people are there {was}; now {now}"
        case ("holidays",):
            yield from _entries("holiday", change, ("date",), "name")
        case ("closures",):
            yield from _entries("closure", change, ("starts", "ends"), "reason")
        case ("zone",):
            yield was_and_is("time zone", change)
        case ("country_holidays",):
            yield was_and_is("country whose public holidays are kept", change)
        case path:
            yield was_and_is(" ".join(path).replace("_", " "), change)


def _entries(what: str, change: Change, when: tuple[str, ...], why: str) -> Iterator[str]:
    """Holidays or closures: those that are gone, new, or for another reason."""

    def by_time(entries: list[dict[str, str]]) -> dict[str, str]:
        return {" to ".join(_moment(one[field]) for field in when): one[why] for one in entries}

    before, after = by_time(change.before), by_time(change.after)
    told = False
    for time in sorted(before.keys() | after.keys()):
        was, now = before.get(time), after.get(time)
        if was != now:
            told = True
            yield _entry(f"{what}: {time}", was, now)
    if not told:
        yield f"the {what} list says the same in another order, or one entry twice"


def _moment(written: str) -> str:
    """A date, or a date and a time without seconds that say nothing."""
    return written.replace("T", " ").removesuffix(":00") if "T" in written else written


def _entry(what: str, was: str | None, now: str | None) -> str:
    if was is None:
        return f"new {what} {now}"
    if now is None:
        return f"no more {what} {was}"
    return f"{what} {was}; now {now}"


def value(change: Change, language: str | None, new: MenuBook, old: MenuBook) -> Iterator[str]:
    """A value, and the words in which it is heard."""
    name = change.path[-1]
    lead = f"{language}  " if language else ""
    yield lead + was_and_is(name, _in_quotes(change))
    heard = prompts_with(new, name, language) or prompts_with(old, name, language)
    if heard:
        yield f"{' ' * len(lead)}  heard in {len(heard)}: {some(heard)}"
    else:
        yield f"{' ' * len(lead)}  heard nowhere"


def _in_quotes(change: Change) -> Change:
    def worded(text: Any) -> Any:  # noqa: ANN401  # a text or ABSENT
        return text if text is ABSENT else quoted(text)

    return Change(change.path, worded(change.before), worded(change.after))


def language_settings(language: str, change: Change) -> str:
    """A voice, a locale, a word for a digit, what a topic is called."""
    match change.path:
        case ("voice", field):
            what = f"voice: {field.replace('_', ' ')}"
        case ("keys", key):
            what = f"the key {key} is called"
        case ("topics", name):
            what = f"the topic {name} is called"
        case ("states", name):
            what = f"a ticket in the state {name}"
        case ("spoken", name, *rest):
            what = " ".join(("what callers say anywhere:", name.replace("_", " "), *rest))
        case ("currency",):
            what = "an amount is said as"
        case ("moment",):
            what = "a date and a time are said as"
        case ("name",):
            what = "the language is called"
        case path:
            what = " ".join(path).replace("_", " ")
    return f"{language}  {was_and_is(what, change)}"
