"""What a question takes by voice: all that may be said there, and how the call is to be listened to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed
from typing import Any

from msgspec.structs import replace

from ivr.flow import open_menu, sayable, tried
from ivr.flow.inputs import Utterance
from ivr.flow.instructions import Collect, Hearing, Instruction
from ivr.flow.nodes.kinds import KINDS
from ivr.flow.prompts import common
from ivr.flow.reading import groups
from ivr.flow.sayable import Spells
from ivr.flow.state import CallState
from ivr.flow.turn import Scene
from ivr.matching.decide import decide
from ivr.matching.groups import sayables as groups_by_name
from ivr.matching.numbers import added
from ivr.matching.verdicts import Sayable, Thresholds, Verdict
from ivr.menus.needed import COMMON_PARTS_OF_SPEECH
from ivr.menus.nodes import Asking, LanguageQuestion, Menu
from ivr.menus.wording import Wording
from speech.pace import is_too_long
from speech.requests import Kind


def sayables(scene: Scene[Any], state: CallState) -> tuple[Sayable, ...]:
    """All that may be said here now, the node's own words first: what is nearest is meant first."""
    return (*answers(scene, state), *sayable.doors(scene.book, state))


def answers(scene: Scene[Any], state: CallState) -> tuple[Sayable, ...]:
    """What answers the question that is asked now, and is not said everywhere."""
    spelled = state.place.spelled
    asked = state.place.doubt is not None or (spelled is not None and spelled.read_back)
    if asked or spelled:
        own = sayable.yes_or_no(scene, state) if asked else ()
    else:
        own = (*KINDS[scene.node.kind].sayables(scene, state), *open_menu.further(scene, state))
    count = len(groups(read_back(scene, state)))
    by_name = groups_by_name(scene.book.wordings[state.language].spoken, count) if count > 1 else ()
    return (*own, *by_name)


def verdict(scene: Scene[Any], state: CallState, heard: Utterance) -> Verdict:
    """What was said, of all that may be."""

    def fits(words: str) -> bool:
        return not is_too_long(heard.seconds, words, state.language)

    return decide(heard.alternatives, sayables(scene, state), thresholds(scene), fits)


def read_back(scene: Scene[Any], state: CallState) -> str:
    """The number that the caller has just heard in groups and is asked about; "" if there is none."""
    if state.place.doubt is not None:
        return ""
    spelled = state.place.spelled
    if spelled is not None:
        return spelled.digits if spelled.read_back else ""
    return KINDS[scene.node.kind].read_back(scene, state)


def whole_number(scene: Scene[Any], state: CallState) -> Spells | None:
    """The number that the node awaits, whatever there is of it already."""
    return KINDS[scene.node.kind].spells(scene, state)


def number(scene: Scene[Any], state: CallState) -> Spells | None:
    """What is still to come of the number awaited here; None where a word or a key is awaited."""
    whole, spelled = whole_number(scene, state), state.place.spelled
    if whole is None or state.place.doubt is not None or (spelled and spelled.read_back):
        return None
    if spelled is None:
        return whole
    if spelled.group:
        size = len(groups(spelled.digits)[spelled.group - 1])
        return Spells(size, size)
    there = len(spelled.digits)
    return Spells(max(1, whole.shortest - there), max(1, whole.longest - there), amount=whole.amount)


def thresholds(scene: Scene[Asking]) -> Thresholds:
    """From where on something said here is believed, and from where on asked about."""
    node, usual = scene.node, scene.book.speech
    accept = usual.accept if node.accept is None else node.accept
    return Thresholds(accept, usual.confirm if node.confirm is None else node.confirm)


def read_back_from(scene: Scene[Asking], state: CallState) -> float:
    """How sure a number must be to be read back: one that is heard again is asked about in any case."""
    return tried.OFFERED if tried.is_heard_again(state) else thresholds(scene).confirm


def speaks(wording: Wording) -> bool:
    """Whether the language has all words that talking with its callers takes."""
    spoken = wording.spoken
    return bool(spoken.yes and spoken.no) and all(map(wording.common.parts.get, COMMON_PARTS_OF_SPEECH))


def listening(
    scene: Scene[Any], state: CallState, said: Sequence[Instruction]
) -> tuple[CallState, tuple[Instruction, ...]]:
    """The same; a question that is no secret, asked of a caller who is heard, with what can be said.

    The first such question of a call is followed by the invitation to say it.
    """
    last = said[-1] if said else None
    heard = state.ears and isinstance(scene.node, Asking) and speaks(scene.book.wordings[state.language])
    if not heard or not isinstance(last, Collect) or last.secret:
        return state, tuple(said)
    asked = changed(last, hears=_hearing(scene, state))
    if state.invited or isinstance(scene.node, LanguageQuestion):
        return state, (*said[:-1], asked)
    return replace(state, invited=True), (*said[:-1], *common(scene.book, state, "say_it"), asked)


def _hearing(scene: Scene[Asking], state: CallState) -> Hearing:
    own = len({one.words for one in answers(scene, state)})
    phrases = tuple(dict.fromkeys(one.words for one in sayables(scene, state)))
    barge_in, wanted = scene.node.barge_in, number(scene, state)
    if wanted is not None:
        # A call that is moved loses the keys pressed so far: only what will be read back is worth that.
        how_long = (wanted.shortest, wanted.longest, wanted.check, wanted.amount)
        again = state.place.tried if tried.is_heard_again(state) else None
        found = Hearing(
            Kind.NUMBER,
            phrases,
            *how_long,
            confirm=read_back_from(scene, state),
            before=again.places if again else (),
            refused=tried.refused_of_rest(state),
            numerals=added(scene.book.wordings[state.language]),
        )
    else:
        is_open = isinstance(scene.node, Menu) and scene.node.open and state.place.doubt is None
        found = Hearing(Kind.OPEN if is_open else Kind.CHOICE, phrases)
    return changed(found, barge_in=barge_in, own=own)
