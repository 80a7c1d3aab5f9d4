"""Gather: prompts that the caller cuts off, then keys until the number, the finishing key or the time-out, or
words until a pause.

Rules (https://www.twilio.com/docs/voice/twiml/gather): the time-out counts after the nested prompts and anew
after each key; the finishing key is not part of the digits; keys win over words; a Gather that got nothing
falls through to the next verb, unless actionOnEmptyResult asks for the action with empty digits; a lone
finishing key is nothing. The exchange has no recogniser: it hears words that came as text.
"""

from dataclasses import dataclass, field

from exchange.calls.call import Call, Fetch
from exchange.calls.line import CallerHungUp, Key, Silence, Speech
from exchange.calls.party import Wants
from exchange.calls.waiting import lose_keys
from exchange.twiml.verbs import Gather
from exchange.verbs.prompts import prompt


@dataclass(slots=True)
class _Heard:
    digits: str = ""
    finished_on: str = ""
    said: list[Speech] = field(default_factory=list)
    # When the Gather has waited long enough, on the clock of the call.
    until: float = 0.0

    @property
    def keys(self) -> str:
        """Every key that was heard."""
        return self.digits + self.finished_on

    def press(self, key: str, verb: Gather) -> bool:
        """Take one key; True if the Gather is complete."""
        if key == verb.finish_on_key:
            self.finished_on = key
            return True
        self.digits += key
        return len(self.digits) == verb.num_digits

    def fields(self) -> dict[str, str]:
        """What the action is told."""
        if not self.keys and self.said:
            sure = min(one.sure for one in self.said)
            return {"SpeechResult": " ".join(one.words for one in self.said), "Confidence": f"{sure:.8g}"}
        return {"Digits": self.digits, "FinishedOnKey": self.finished_on, "msg": "Gather End"}


async def gather(call: Call, verb: Gather) -> Fetch | None:
    """<Gather>."""
    lose_keys(call)
    # A Gather that only leads to a recording asks for nothing: keys are heard, none is waited for.
    leads_on = call.voice_next and not verb.action_on_empty_result
    if not leads_on:
        call.note(
            "listening", wants="keys", timeout=verb.timeout, num_digits=verb.num_digits, **_speech(verb)
        )
    wants: Wants = "voice-soon" if leads_on else "keys" if call.says or verb.prompts else "more"
    await call.party.before_prompts(call.line, wants)
    first = await _prompts(call, verb)
    if first is None:
        wrong = await call.party.listens(call.line, wants)
        if wrong:
            call.note("mismatch", what=wrong)
    heard = await _collect(call, verb, first)
    if heard.keys or heard.said or not leads_on:
        _note(call, heard)
    if heard.digits or (heard.said and not heard.keys) or verb.action_on_empty_result:
        return Fetch(call.absolute(verb.action), verb.method, heard.fields())
    return None


def _speech(verb: Gather) -> dict[str, object]:
    return {"speech": verb.language} if verb.hears_speech else {}


async def _prompts(call: Call, verb: Gather) -> Key | Speech | None:
    for one in verb.prompts:
        cut_by = await prompt(call, one, verb)
        if cut_by is not None:
            return cut_by
    return None


async def _collect(call: Call, verb: Gather, first: Key | Speech | None) -> _Heard:
    heard = _Heard(until=call.clock.elapsed + verb.timeout)
    try:
        complete = first is not None and _take(call, verb, heard, first)
        while not complete:
            one = await call.line.hear(max(heard.until - call.clock.elapsed, 0.0))
            complete = one is None or isinstance(one, Silence) or _take(call, verb, heard, one)
    except CallerHungUp:
        if heard.digits:
            _note(call, heard)
        raise
    return heard


def _take(call: Call, verb: Gather, heard: _Heard, one: Key | Speech) -> bool:
    """Take what the caller did; True if the Gather is complete."""
    if isinstance(one, Key):
        if not verb.hears_keys:
            return False
        heard.until = call.clock.elapsed + verb.timeout
        return heard.press(one.key, verb)
    if verb.hears_speech and one.words:
        heard.said.append(one)
        heard.until = call.clock.elapsed + one.seconds + verb.speech_timeout
    return False


def _note(call: Call, heard: _Heard) -> None:
    if heard.keys:
        pressed = {"keys": heard.keys, "digits": heard.digits, "finished_on": heard.finished_on}
        call.note("pressed", **pressed, lost=False)
    elif heard.said:
        call.note("recognised", **heard.fields())
    else:
        call.note("silence")
