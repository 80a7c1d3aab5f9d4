"""Numbers that people say, hidden in what is written down of them: a card, a PIN, a code, an account.

Two number words in a row are enough. That hides an amount too: whoever needs it listens to the message.
"""

import re
from collections.abc import Collection
from functools import cache

HIDDEN = "•••"
_EN = (
    "zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred "
    "thousand million double triple treble"
)
_ID = (
    "nol kosong satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas belas puluh "
    "seratus ratus seribu ribu sejuta juta"
)
_KO = "하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열 스물 서른 마흔 쉰 예순 일흔 여든 아흔"
WORDS = {"en": _EN, "id": _ID, "ko": _KO, "zh": ""}
# Signs that are numbers by themselves; a word that is made of them alone is one number a sign.
SIGNS = {"ko": "공영일이삼사오육륙칠팔구십백천만", "zh": "零〇一二两三四五六七八九十百千万亿幺"}
NO_SPACES = frozenset({"zh"})  # words of these languages stand side by side
BETWEEN = "and|dash|point|comma|koma|titik|strip|min"  # may stand between two of them


def masked(text: str, language: str, digits: Collection[str] = ()) -> str | None:
    """The text with its numbers hidden; None if nobody knows how numbers are said in this language.

    `digits`: further number words, as a book has them for its languages.
    """
    own = tuple(sorted({*WORDS.get(language, "").split(), *(word.lower() for word in digits if word)}))
    if not own and language not in SIGNS:
        return None
    return _run(language, own).sub(HIDDEN, text)


@cache
def _run(language: str, words: tuple[str, ...]) -> re.Pattern[str]:
    """Several numbers in a row, or a single one of several signs or figures."""
    signs = f"[{SIGNS.get(language, '')}0-9]"
    if language in NO_SPACES:
        return re.compile(rf"{signs}(?:[\s,，、]*{signs})+")
    known = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    one = rf"\b(?:{signs}+{'|' if known else ''}{known})\b"
    gap = rf"[\s,.\-]+(?:(?:{BETWEEN})\s+)?"
    return re.compile(rf"{one}(?:{gap}{one})+|\b{signs}{{2,}}\b", re.IGNORECASE)
