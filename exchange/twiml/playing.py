"""Reads the verbs a caller hears: Say, Play, Pause.

Pages: https://www.twilio.com/docs/voice/twiml/say, .../play, .../pause.
"""

import re
from xml.etree.ElementTree import Element

from exchange.faults import SAY_TEXT, SAY_VOICE, SCHEMA, CarrierFault
from exchange.twiml.attributes import Attributes, checked_url
from exchange.twiml.speech import read_speech
from exchange.twiml.verbs import Pause, Play, Say
from exchange.twiml.voices import DEFAULT_VOICE, languages_of, takes_markup

# loop="0" goes on until the caller leaves; the carrier's own end of "for ever".
FOR_EVER = 1_000
LONGEST_PAUSE = 14_400


def no_children(element: Element) -> None:
    """Refuse anything nested inside an element that takes text alone, or nothing."""
    if len(element):
        raise CarrierFault(SCHEMA, f"<{element[0].tag}> may not stand inside <{element.tag}>")


def no_content(element: Element) -> None:
    """Refuse anything at all inside an element."""
    no_children(element)
    if (element.text or "").strip():
        raise CarrierFault(SCHEMA, f"no text may stand inside <{element.tag}>")


def read_say(element: Element) -> Say:
    """Read <Say>: the voice must exist and speak the language, or the document fails."""
    attributes = Attributes(element, {"voice": SAY_VOICE, "language": SAY_VOICE})
    voice = attributes.text("voice", DEFAULT_VOICE)
    language = attributes.optional("language")
    loop = attributes.whole("loop", 1, 0, FOR_EVER) or FOR_EVER
    attributes.done()
    spoken = read_speech(element)
    known = languages_of(voice)
    if not known:
        raise attributes.fault("voice", f"there is no voice {voice!r}")
    if language is not None and language not in known:
        raise attributes.fault("language", f"the voice {voice!r} speaks {', '.join(known)}, not {language!r}")
    if spoken.marked_up and not takes_markup(voice):
        raise CarrierFault(SAY_TEXT, f"<Say>: the voice {voice!r} does not understand SSML")
    return Say(spoken.text, spoken.seconds, voice, language or known[0], loop)


def read_play(element: Element) -> Play:
    """Read <Play>: a URL, or digits to send as tones."""
    attributes = Attributes(element)
    digits = attributes.text("digits", "")
    loop = attributes.whole("loop", 1, 0, FOR_EVER) or FOR_EVER
    attributes.done()
    no_children(element)
    url = checked_url((element.text or "").strip(), "<Play>")
    if not re.fullmatch("[0-9*#wW]*", digits):
        raise attributes.fault("digits", f"{digits!r} holds more than 0-9, *, # and w")
    if not url and not digits:
        raise CarrierFault(SCHEMA, "<Play>: neither a URL nor digits")
    return Play(url or None, digits, loop)


def read_pause(element: Element) -> Pause:
    """Read <Pause>."""
    attributes = Attributes(element)
    length = attributes.whole("length", 1, 1, LONGEST_PAUSE)
    attributes.done()
    no_content(element)
    return Pause(length)
