"""The phrases of a book in made voices, and what nobody offers: is it taken for one of them?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from bench.hearing.bare import Bare
from bench.hearing.sounds import KOREAN_VOICES, VOICES, espeak, flite, quiet
from foundation.settings import LIBRARY
from ivr.matching.text import gist
from ivr.matching.verdicts import Accepted, Doubted, Rejected, Sayable, Verdict
from ivr.menus.loader import load
from ivr.menus.wording import Wording
from tests.house.plan import ROOT

Sayables = tuple[Sayable, ...]
Decides = Callable[[bytes, Sayables], Verdict]
Says = Callable[[str, str], bytes]  # words, in a voice
DOORS = ("person", "stop-my-money", "back", "again")
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
KOREAN_NONSENSE = (
    "오늘은 날씨가 좋습니다",
    "고양이가 자고 있어요",
    "점심은 비빔밥을 먹었습니다",
    "기차는 열두 시에 떠나요",
    "노래를 부르고 싶어요",
    "우산을 집에 두고 왔어요",
)


@dataclass(frozen=True, slots=True)
class Book:
    """Questions in a language, with all that may be said at each, what nobody offers, and who says both.

    `leads`: seconds of quiet before each clip. Vosk hears a word that is hardly one to it, or nothing, by
    where the word lies between its frames: with one lead that is luck, and the same luck in all clips.
    """

    language: str
    questions: Mapping[str, Sayables]
    nonsense: tuple[str, ...]
    says: Says
    voices: tuple[str, ...]
    leads: tuple[float, ...] = (0.0,)


def english() -> Book:
    """Menus of the shipped book, in the voices of flite."""
    wording = load(LIBRARY).wordings["en"]
    asked = {node: _of_menu(wording, node) for node in NODES if node in wording.prompts}
    return Book("en", asked, NONSENSE, flite, VOICES)


def korean() -> Book:
    """The book of the tests, whose words espeak-ng's Korean voice can be heard to say."""
    wording = load(ROOT / "tests" / "korean_book").wordings["ko"]
    spoken = wording.spoken
    sure = {"yes": spoken.yes, "no": spoken.no, **_doors(wording)}
    asked = {"refund": _of_menu(wording, "refund"), "sure": _sayables(sure)}
    return Book("ko", asked, KOREAN_NONSENSE, espeak, KOREAN_VOICES, leads=(0.0, 0.11, 0.23))


def _of_menu(wording: Wording, node: str) -> Sayables:
    return _sayables({**wording.prompts[node].phrases, **_doors(wording)})


def own(sayables: Sequence[Sayable]) -> int:
    """How many of them are not said everywhere: they stand first."""
    return sum(one.choice not in DOORS for one in sayables)


def _doors(wording: Wording) -> dict[str, tuple[str, ...]]:
    """What can be said everywhere."""
    spoken = wording.spoken
    return dict(zip(DOORS, (spoken.person, spoken.stop_my_money, spoken.back, spoken.again), strict=True))


def _sayables(offered: Mapping[str, Sequence[str]]) -> Sayables:
    return tuple(Sayable(words, name, name) for name, said in offered.items() for words in said)


def measure(decides: Decides, book: Book, voices: Sequence[str]) -> tuple[Counter[str], Counter[str]]:
    """What came of every phrase at its own question, and of every sentence of nonsense at each question."""
    phrases: Counter[str] = Counter()
    nonsense: Counter[str] = Counter()
    for sayables, voice, lead in product(book.questions.values(), voices, book.leads):
        for one in sayables:
            said = quiet(lead) + book.says(one.words, voice)
            phrases[_came_of(decides(said, sayables), one.choice)] += 1
        for text in book.nonsense:
            said = quiet(lead) + book.says(text, voice)
            nonsense[type(decides(said, sayables)).__name__] += 1
    return phrases, nonsense


def measure_bare(bare: Bare, book: Book, voices: Sequence[str]) -> tuple[Counter[str], Counter[str]]:
    """The same for a recogniser by itself: whatever it hears is believed."""

    def decides(sound: bytes, sayables: Sayables) -> Verdict:
        found = bare.phrase(sound, [" ".join(one.words.lower().split()) for one in sayables])
        meant = next((one for one in sayables if gist(one.words) == gist(found)), Sayable(found, "", ""))
        return Accepted(meant.keys, meant.choice, meant.words, 1.0) if found else Rejected("", 0.0)

    return measure(decides, book, voices)


def _came_of(verdict: Verdict, choice: str) -> str:
    """`right`, `asked`, `wrong`, `wrong question` or `missed`."""
    match verdict:
        case Accepted():
            return "right" if verdict.choice == choice else "wrong"
        case Doubted():
            return "asked" if verdict.choice == choice else "wrong question"
        case _:
            return "missed"
