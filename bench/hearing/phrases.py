"""The phrases of the shipped book in four voices, and what nobody offers: is it taken for one of them?"""

from __future__ import annotations

from collections import Counter

from bench.hearing.bare import Bare
from bench.hearing.ears import LIBRARY, Ear, acted_on
from bench.hearing.sounds import VOICES, spoken
from ivr.matching.text import gist
from ivr.matching.verdicts import Accepted, Sayable
from ivr.menus.loader import load

NODES = ("main", "payments", "payment-merchant", "top-up", "withdrawal")
NONSENSE = (
    "the weather is nice today",
    "my dog ate the newspaper",
    "purple elephants dance at midnight",
    "can you pass me the salt",
    "twenty five little ducks",
    "the train leaves at noon",
    "I would like a large pizza",
    "where is the nearest hospital",
    "she sells sea shells",
    "please water the plants",
    "nobody knows the trouble",
    "what time does the museum open",
    "turn left at the traffic light",
    "a quick brown fox jumps",
    "hello hello can you hear me",
    "hang on a second darling",
    "I am on the phone right now",
    "yesterday we went swimming",
    "the kettle is boiling",
    "football is on tonight",
    "hello",
    "a shop",
    "wait",
    "one moment",
    "hmm",
    "what",
    "sorry",
    "please",
    "my card",
    "the dog",
    "okay so",
    "where is it",
    "hang on",
    "the bank",
    "Monday",
    "come here",
    "oh my god",
    "excuse me",
    "who is that",
    "in the morning",
)


def questions() -> dict[str, tuple[Sayable, ...]]:
    """Menus of the book, each with all that may be said there: its own phrases and the doors."""
    wording = load(LIBRARY).wordings["en"]
    spoken_anywhere = wording.spoken
    doors = {
        "person": spoken_anywhere.person,
        "stop-my-money": spoken_anywhere.stop_my_money,
        "back": spoken_anywhere.back,
        "again": spoken_anywhere.again,
    }
    return {
        node: tuple(
            Sayable(words, name, name)
            for phrases in (wording.prompts[node].phrases, doors)
            for name, said in phrases.items()
            for words in said
        )
        for node in NODES
        if node in wording.prompts
    }


def measure(ear: Ear) -> tuple[Counter[str], Counter[str]]:
    """What came of every phrase at its own question, and of every sentence of nonsense at each question."""
    phrases: Counter[str] = Counter()
    nonsense: Counter[str] = Counter()
    for sayables in questions().values():
        for voice in VOICES:
            for one in sayables:
                phrases[acted_on(ear.phrase(spoken(one.words, voice), sayables), one.choice)] += 1
            for text in NONSENSE:
                nonsense[type(ear.phrase(spoken(text, voice), sayables)).__name__] += 1
    return phrases, nonsense


def measure_bare(bare: Bare) -> tuple[Counter[str], Counter[str]]:
    """The same for a recogniser by itself: what it hears counts."""
    phrases: Counter[str] = Counter()
    nonsense: Counter[str] = Counter()
    for sayables in questions().values():
        said = [" ".join(one.words.lower().split()) for one in sayables]
        for voice in VOICES:
            for one in sayables:
                found = gist(bare.phrase(spoken(one.words, voice), said))
                right = any(gist(each.words) == found for each in sayables if each.choice == one.choice)
                phrases["right" if right else "wrong" if found else "missed"] += 1
            for text in NONSENSE:
                found = bare.phrase(spoken(text, voice), said)
                nonsense[Accepted.__name__ if found else "Rejected"] += 1
    return phrases, nonsense
