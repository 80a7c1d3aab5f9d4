"""Reads the verbs that wait for the caller: Gather and Record.

Pages: https://www.twilio.com/docs/voice/twiml/gather and https://www.twilio.com/docs/voice/twiml/record.
"""

import re
from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element

from exchange.faults import (
    GATHER_ACTION_ON_EMPTY,
    GATHER_FINISH_ON_KEY,
    GATHER_LANGUAGE,
    SCHEMA,
    CarrierFault,
)
from exchange.twiml.attributes import Attributes
from exchange.twiml.playing import no_content, read_pause, read_play, read_say
from exchange.twiml.verbs import Gather, Pause, Play, Record, RecordingStatus, Say

# Twilio says "positive integer"; above an hour nobody waits.
LONGEST_TIMEOUT = 3_600
MOST_DIGITS = 1_000
LONGEST_RECORDING = 14_400
MOST_HINTS = 500
_PROMPTS: Mapping[str, Callable[[Element], Say | Play | Pause]] = {
    "Say": read_say,
    "Play": read_play,
    "Pause": read_pause,
}
_GATHER_CODES = {
    "finishOnKey": GATHER_FINISH_ON_KEY,
    "actionOnEmptyResult": GATHER_ACTION_ON_EMPTY,
    "language": GATHER_LANGUAGE,
}
_RECORDING_EVENTS = ("in-progress", "completed", "absent")


def read_gather(element: Element) -> Gather:
    """Read <Gather> and the prompts inside it."""
    attributes = Attributes(element, _GATHER_CODES)
    inputs = attributes.words("input", ("dtmf",), ("dtmf", "speech"))
    finish = attributes.text("finishOnKey", "#")
    if not re.fullmatch("[0-9*#]?", finish):
        raise attributes.fault("finishOnKey", f"{finish!r} is not one key, nor empty")
    num_digits = attributes.whole("numDigits", 0, 1, MOST_DIGITS)
    gather = Gather(
        action=attributes.url("action") or "",
        method=attributes.method(),
        timeout=_gather_timeout(attributes),
        num_digits=num_digits or None,
        finish_on_key=finish,
        action_on_empty_result=attributes.yes("actionOnEmptyResult", default=False),
        hears_keys="dtmf" in inputs,
        hears_speech="speech" in inputs,
        language=_locale(attributes),
        speech_timeout=_speech_timeout(attributes),
        barge_in=attributes.yes("bargeIn", default=True),
        prompts=_prompts(element),
    )
    _speech_settings(attributes)
    attributes.done()
    return gather


def _gather_timeout(attributes: Attributes) -> int:
    # "auto" belongs to speech; with keys the pause after the last of them is the default's.
    if (value := attributes.text("timeout", "5")) == "auto":
        return 5
    if not re.fullmatch("[0-9]{1,5}", value) or not 1 <= int(value) <= LONGEST_TIMEOUT:
        raise attributes.fault("timeout", f"{value!r} is not a whole number from 1 to {LONGEST_TIMEOUT}")
    return int(value)


def _locale(attributes: Attributes) -> str:
    language = attributes.text("language", "en-US")
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?|multi", language):
        raise attributes.fault("language", f"{language!r} is not a language tag")
    return language


def _speech_settings(attributes: Attributes) -> None:
    """Settings of Twilio's own recogniser: read so that they are known, of no effect here."""
    if len(attributes.text("hints", "").split(",")) > MOST_HINTS:
        raise attributes.fault("hints", f"more than {MOST_HINTS} phrases")
    attributes.text("speechModel", "default")
    attributes.yes("enhanced", default=False)
    attributes.yes("profanityFilter", default=True)
    attributes.whole("maxSpeechTime", 60, 1, 600)


def _speech_timeout(attributes: Attributes) -> float:
    # "auto" ends at the first pause of which a recogniser is sure; how long that is, nobody says.
    value = attributes.text("speechTimeout", "auto")
    if not re.fullmatch("auto|[1-9][0-9]{0,2}", value):
        raise attributes.fault("speechTimeout", f"{value!r} is neither auto nor seconds")
    return 1.0 if value == "auto" else float(value)


def _prompts(element: Element) -> tuple[Say | Play | Pause, ...]:
    prompts: list[Say | Play | Pause] = []
    for text in (element.text, *(child.tail for child in element)):
        if text and text.strip():
            raise CarrierFault(SCHEMA, f"<Gather>: text stands outside a verb: {text.strip()[:40]!r}")
    for child in element:
        reader = _PROMPTS.get(child.tag)
        if reader is None:
            raise CarrierFault(
                SCHEMA, f"<{child.tag}> may not stand inside <Gather>; Say, Play and Pause may"
            )
        prompts.append(reader(child))
    return tuple(prompts)


def read_record(element: Element) -> Record:
    """Read <Record>."""
    attributes = Attributes(element)
    finish = attributes.text("finishOnKey", "1234567890*#")
    if not re.fullmatch("[0-9*#]*", finish):
        raise attributes.fault("finishOnKey", f"{finish!r} holds more than 0-9, * and #")
    record = Record(
        action=attributes.url("action") or "",
        method=attributes.method(),
        timeout=attributes.whole("timeout", 5, 1, LONGEST_TIMEOUT),
        finish_on_key=finish,
        max_length=attributes.whole("maxLength", 3_600, 2, LONGEST_RECORDING),
        play_beep=attributes.yes("playBeep", default=True),
        trims_silence=attributes.choice("trim", "trim-silence", ("trim-silence", "do-not-trim"))
        == "trim-silence",
        status=_recording_status(attributes),
    )
    attributes.done()
    no_content(element)
    return record


def _recording_status(attributes: Attributes) -> RecordingStatus | None:
    url = attributes.url("recordingStatusCallback")
    method = attributes.method("recordingStatusCallbackMethod")
    events = attributes.words("recordingStatusCallbackEvent", ("completed",), _RECORDING_EVENTS)
    return RecordingStatus(url, method, events) if url else None
