"""Korean numbers for the tests: how espeak-ng says them, and the Korean book with a question for one.

Of the digits that espeak-ng says the Korean model of Vosk hears 2, 3 and 5, and takes the others for one
another. Numbers of these three, no digit twice in a row, a pause after each: at 140 words a minute 94 of the
96 of six digits come first of what was heard, at espeak-ng's own 175 only 6. That is so of this voice, and
says nothing about people.
"""

import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from exchange.sound import telephone_sound
from tests.house.plan import ROOT
from tests.servers import program

DIGITS = {"2": "이", "3": "삼", "5": "오"}
RATE = 140  # words a minute
NODE, FACT = "order", "order"

_ASKS = """
[nodes.order]
kind = "digits"
fact = "order"
shortest = {length}
longest = {length}
next = "refund"
"""
_WORDS = """
[prompts.order]
say = "주문 번호를 말씀하세요."
[prompts.order.parts]
confirm = "{entry}. 맞으면 네, 아니면 아니요."
mixed = "다시 입력하세요."
"""


def spoken(digits: str) -> str:
    """A number as the caller says it, one digit after the other."""
    return ", ".join(DIGITS[one] for one in digits)


def said(digits: str) -> bytes:
    """A WAV file of a number that is said, as a telephone carries it."""
    return said_so(spoken(digits))


@cache
def said_so(words: str) -> bytes:
    """The same of these words."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "said.wav"
        command = [program("espeak-ng", "espeak-ng"), "-v", "ko", "-s", str(RATE), "-w", str(place)]
        subprocess.run([*command, words], check=True, timeout=20)
        return telephone_sound(place.read_bytes())[1]


def book_in(
    folder: Path, length: int, check: str | None = None, own: Mapping[str, str] | None = None
) -> Path:
    """The Korean book, written to this folder, that first asks for a number of this length.

    `own`: words for digits that it adds.
    """
    shutil.copytree(ROOT / "tests" / "korean_book", folder)
    asks, words = folder / "korean.toml", folder / "korean.ko.toml"
    begins = asks.read_text("utf-8").replace('start = "refund"', f'start = "{NODE}"')
    checked = f'check = "{check}"\n' if check else ""
    asks.write_text(begins + _ASKS.format(length=length) + checked, "utf-8")
    adds = "".join(f'"{word}" = "{digit}"\n' for word, digit in (own or {}).items())
    words.write_text(f"{words.read_text('utf-8')}{_WORDS}\n[spoken.numerals]\n{adds}", "utf-8")
    return folder
