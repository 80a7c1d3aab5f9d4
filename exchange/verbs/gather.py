"""Gather: prompts that a key cuts off, then keys until the number, the finishing key or the time-out.

Rules (https://www.twilio.com/docs/voice/twiml/gather): the time-out counts after the nested prompts and anew
after each key; the finishing key is not part of the digits; a Gather that got nothing falls through to the
next verb, unless actionOnEmptyResult asks for the action with empty digits; a lone finishing key is nothing.
"""

from dataclasses import dataclass

from exchange.calls.call import Call, Fetch
from exchange.calls.line import CallerHungUp, Key, Silence
from exchange.calls.waiting import lose_keys
from exchange.twiml.verbs import Gather
from exchange.verbs.prompts import prompt


@dataclass(slots=True)
class _Keyed:
    digits: str = ""
    finished_on: str = ""

    @property
    def keys(self) -> str:
        """Every key that was heard."""
        return self.digits + self.finished_on

    def take(self, key: str, verb: Gather) -> bool:
        """Take one key; True if the Gather is complete."""
        if key == verb.finish_on_key:
            self.finished_on = key
            return True
        self.digits += key
        return len(self.digits) == verb.num_digits


async def gather(call: Call, verb: Gather) -> Fetch | None:
    """<Gather>."""
    lose_keys(call)
    # A Gather that only leads to a recording asks for nothing: keys are heard, none is waited for.
    leads_on = call.voice_next and not verb.action_on_empty_result
    if not leads_on:
        call.note("listening", wants="keys", timeout=verb.timeout, num_digits=verb.num_digits)
    call.party.before_prompts(call.line)
    first = await _prompts(call, verb)
    if first is None:
        wrong = await call.party.listens(call.line, "voice-soon" if leads_on else "keys")
        if wrong:
            call.note("mismatch", what=wrong)
    keyed = await _collect(call, verb, first)
    if keyed.keys or not leads_on:
        _note(call, keyed)
    if keyed.digits or verb.action_on_empty_result:
        fields = {"Digits": keyed.digits, "FinishedOnKey": keyed.finished_on, "msg": "Gather End"}
        return Fetch(call.absolute(verb.action), verb.method, fields)
    return None


async def _prompts(call: Call, verb: Gather) -> str | None:
    for one in verb.prompts:
        key = await prompt(call, one, collects=verb.hears_keys)
        if key is not None:
            return key
    return None


async def _collect(call: Call, verb: Gather, first: str | None) -> _Keyed:
    keyed = _Keyed()
    try:
        complete = first is not None and keyed.take(first, verb)
        while not complete:
            heard = await call.line.hear(verb.timeout)
            if heard is None or isinstance(heard, Silence):
                break
            if isinstance(heard, Key) and verb.hears_keys:
                complete = keyed.take(heard.key, verb)
    except CallerHungUp:
        if keyed.digits:
            _note(call, keyed)
        raise
    return keyed


def _note(call: Call, keyed: _Keyed) -> None:
    if keyed.keys:
        call.note("pressed", keys=keyed.keys, digits=keyed.digits, finished_on=keyed.finished_on, lost=False)
    else:
        call.note("silence")
