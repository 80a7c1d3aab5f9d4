"""Reads what stands inside <Say>: text and SSML, into the words the ear gets and the time they take.

The elements and their values: https://www.twilio.com/docs/voice/twiml/say/text-speech#ssml.
"""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from exchange.faults import SAY_TEXT, SCHEMA, CarrierFault

# How fast a voice speaks, in characters a second: letters; the characters of Chinese, Japanese, Korean.
LETTERS_A_SECOND = 14.0
IDEOGRAPHS_A_SECOND = 4.0
LONGEST_BREAK = 10.0
DEEPEST = 20

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_STRENGTHS = {"none": 0.0, "x-weak": 0.0, "weak": 0.25, "medium": 0.5, "strong": 0.75, "x-strong": 1.0}
_PERCENT = r"[+-]?[0-9]{1,3}%"
_SAY_AS = (
    "characters|spell-out|cardinal|number|ordinal|digits|fraction|unit|date|time|address|expletive|telephone|"
    "currency|bleep|verbatim"
)
_SPEEDS = "x-slow|slow|medium|fast|x-fast|default"
_LEVELS = "silent|x-soft|soft|medium|loud|x-loud|default"
_PITCHES = "x-low|low|medium|high|x-high|default"
# Which attributes an element may have, and what each may say.
_ATTRIBUTES: dict[str, dict[str, str]] = {
    "break": {"time": r"[0-9]{1,5}(\.[0-9]+)?(ms|s)", "strength": "|".join(_STRENGTHS)},
    "emphasis": {"level": "strong|moderate|reduced|none"},
    "lang": {_XML_LANG: r"[a-z]{2,3}(-[A-Za-z]{2,4})*"},
    "p": {},
    "phoneme": {"alphabet": "ipa|x-sampa|x-amazon-pinyin", "ph": r".+"},
    "prosody": {
        "rate": f"{_SPEEDS}|{_PERCENT}",
        "volume": rf"{_LEVELS}|[+-]?[0-9]+(\.[0-9]+)?dB",
        "pitch": f"{_PITCHES}|{_PERCENT}",
    },
    "s": {},
    "say-as": {"interpret-as": _SAY_AS, "role": "[a-z]{1,5}", "format": "[a-z0-9]{1,10}", "detail": "[0-9]"},
    "sub": {"alias": r".+"},
    "w": {"role": r"[a-z]+:[A-Za-z]+"},
}
_REQUIRED = {"lang": _XML_LANG, "phoneme": "ph", "say-as": "interpret-as", "sub": "alias"}


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words, single-spaced; how long they take in seconds; whether SSML was used."""

    text: str
    seconds: float
    marked_up: bool


def read_speech(say: Element) -> Spoken:
    """Read the content of a <Say>, or raise CarrierFault for SSML that Twilio does not document."""
    words: list[str] = []
    silence = _walk(say, words, within=())
    text = " ".join("".join(words).split())
    if not text:
        raise CarrierFault(SAY_TEXT, "<Say>: there is nothing to say")
    return Spoken(text, speaking_seconds(text) + silence, marked_up=len(say) > 0)


def speaking_seconds(text: str) -> float:
    """How long a voice needs for a text without marks."""
    ideographs = len(_IDEOGRAPH.findall(text))
    return ideographs / IDEOGRAPHS_A_SECOND + (len(text) - ideographs) / LETTERS_A_SECOND


def _walk(element: Element, words: list[str], within: tuple[str, ...]) -> float:
    if len(within) > DEEPEST:
        raise CarrierFault(SCHEMA, f"<Say>: more than {DEEPEST} elements inside one another")
    silence = 0.0
    words.append(element.text or "")
    for child in element:
        _check(child, within)
        if child.tag == "break":
            silence += _break_seconds(child)
        elif child.tag == "sub":
            words.append(child.get("alias", ""))
        else:
            silence += _walk(child, words, (*within, child.tag))
        if child.tag in ("break", "p", "s"):
            words.append(" ")
        words.append(child.tail or "")
    return silence


def _check(element: Element, within: tuple[str, ...]) -> None:
    allowed = _ATTRIBUTES.get(element.tag)
    if allowed is None:
        raise CarrierFault(SCHEMA, f"<Say>: <{element.tag}> is not an element of SSML that Twilio takes")
    for name, value in element.attrib.items():
        if name not in allowed:
            raise CarrierFault(SCHEMA, f"<{element.tag}>: no attribute {name!r} here")
        if not re.fullmatch(allowed[name], value):
            raise CarrierFault(SCHEMA, f"<{element.tag} {name}>: {value!r} is not a value it may have")
    if (needed := _REQUIRED.get(element.tag)) and needed not in element.attrib:
        raise CarrierFault(SCHEMA, f"<{element.tag}>: the attribute {needed!r} is missing")
    if element.tag == "break" and (len(element) or (element.text or "").strip()):
        raise CarrierFault(SCHEMA, "<break>: nothing may stand inside it")
    if element.tag in ("p", "s") and ("s" in within or element.tag in within):
        raise CarrierFault(SCHEMA, f"<{element.tag}>: may not stand inside <{within[-1]}>")
    if element.tag in ("sub", "say-as", "phoneme", "w") and len(element):
        raise CarrierFault(SCHEMA, f"<{element.tag}>: only text may stand inside it")


def _break_seconds(element: Element) -> float:
    time = element.get("time")
    if time is None:
        return _STRENGTHS[element.get("strength", "medium")]
    seconds = float(time[:-2]) / 1000 if time.endswith("ms") else float(time[:-1])
    if seconds > LONGEST_BREAK:
        raise CarrierFault(SCHEMA, f"<break>: {time} is longer than {LONGEST_BREAK:.0f} seconds")
    return seconds
