"""All rules of the lint in one list, and those that can judge a book of which a part is unsound."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ivr.menus.faults import MenuFault
from ivr.menus.lint import keys, on_call, paths, said, settings, targets, wording, words
from ivr.menus.lint.found import Found
from ivr.menus.model import MenuBook

Rule = Callable[[MenuBook], Found]

# Each of these judges one node or one wording at a time.
OF_PARTS: tuple[Rule, ...] = (
    targets.unknown_targets,
    targets.unknown_topics,
    keys.clashing_everywhere,
    keys.clashing_choices,
    keys.choices,
    keys.entries,
    keys.checks,
    settings.languages,
    settings.wording_files,
    settings.dialled_numbers,
    settings.calling,
    settings.sureness,
    settings.locales,
    settings.voices,
    on_call.numbers,
    on_call.languages,
    on_call.callable_at_every_hour,
    wording.missing_says,
    wording.missing_parts,
    wording.missing_tries,
    wording.missing_speech,
    words.amounts_and_moments,
    words.unspeakable,
    words.breath,
    said.without_phrases,
    said.clashes,
    said.taken_everywhere,
)

# These need every node: where it leads, what it sets, which words it speaks.
OF_THE_WHOLE: tuple[Rule, ...] = (
    targets.verification,
    keys.clashing_fixed_keys,
    paths.unreachable,
    paths.dead_ends,
    paths.loops,
    paths.no_person,
    paths.tickets_without_topic,
    wording.missing_names,
    wording.unused_prompts,
    wording.unused_names,
    words.slots,
    said.unknown_choices,
)


def lint(book: MenuBook) -> tuple[MenuFault, ...]:
    """Everything that is to be said about a book whose parts are all sound."""
    return _judged(book, (*OF_PARTS, *OF_THE_WHOLE))


def lint_parts(book: MenuBook) -> tuple[MenuFault, ...]:
    """What can be said about a book in which stand-ins take the place of unsound nodes."""
    return _judged(book, OF_PARTS)


def _judged(book: MenuBook, rules: Iterable[Rule]) -> tuple[MenuFault, ...]:
    return tuple(fault for rule in rules for fault in rule(book))
