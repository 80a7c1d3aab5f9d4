"""Record: the caller's voice until silence, a key, the longest time, or the end of the call.

Rules (https://www.twilio.com/docs/voice/twiml/record): an empty recording asks for no action and the document
goes on; on hang-up the action gets what was said, with Digits=hangup, and its document is not carried out.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from exchange.calls.call import Call, Fetch
from exchange.calls.line import CallerHungUp, CallMoved, Key, Speech
from exchange.calls.waiting import lose_keys
from exchange.calls.webhooks import ask, tell_of_a_gone_caller
from exchange.faults import CarrierFault
from exchange.recordings import Recording, tone, wav_seconds
from exchange.sound import NoSound, joined
from exchange.twiml.verbs import Record

BEEP_SECONDS = 0.5


@dataclass(slots=True)
class _Spoken:
    start: datetime
    seconds: float = 0.0
    silence: float = 0.0
    ended_by: str = ""
    ending: Literal["key", "silence", "max-length", "hang-up", "moved"] = "silence"
    moved: CallMoved | None = None
    said: list[Speech] = field(default_factory=list, repr=False)
    cut_short: bool = False

    def sound(self, silence: float) -> bytes:
        """The WAV file: what was handed in, one after the other; else a tone as long."""
        if not any(speech.audio for speech in self.said):
            return tone(self.seconds, silence)
        sounds = [speech.audio or tone(speech.seconds) for speech in self.said]
        if len(sounds) == 1 and not self.cut_short:
            return sounds[0]
        try:
            return joined(sounds, self.seconds)
        except NoSound:
            # A test may hand in a sound of any shape; it is kept as it came.
            return sounds[-1]


async def record(call: Call, verb: Record) -> Fetch | None:
    """<Record>."""
    lose_keys(call)
    call.note("listening", wants="voice", timeout=verb.timeout, max_length=verb.max_length)
    if verb.play_beep:
        call.clock.count(BEEP_SECONDS)
    wrong = await call.party.listens(call.line, "voice")
    if wrong:
        call.note("mismatch", what=wrong)
    spoken = await _listen(call, verb)
    left = spoken.ending == "hang-up"
    if not spoken.seconds:
        call.note("silence")
        await _tell(call, verb, "absent", {})
        if left:
            raise CallerHungUp
        if spoken.moved:
            raise spoken.moved
        return None
    fields = _keep(call, verb, spoken)
    await _tell(call, verb, "completed", fields)
    if spoken.moved:
        raise spoken.moved
    action = Fetch(call.absolute(verb.action), verb.method, {**fields, "Digits": spoken.ended_by})
    if not left:
        return action
    await tell_of_a_gone_caller(call, action)
    raise CallerHungUp


async def _listen(call: Call, verb: Record) -> _Spoken:
    spoken = _Spoken(call.clock.now())
    speaking_until = began = call.clock.elapsed
    try:
        while True:
            room = began + verb.max_length - call.clock.elapsed
            quiet = max(speaking_until - call.clock.elapsed, 0.0) + verb.timeout
            heard = await call.line.hear(min(room, quiet))
            if isinstance(heard, Speech):
                speaking_until = max(speaking_until, call.clock.elapsed) + heard.seconds
                spoken.said.append(heard)
                spoken.seconds += heard.seconds
            elif isinstance(heard, Key):
                if heard.key in verb.finish_on_key:
                    spoken.ended_by, spoken.ending = heard.key, "key"
                    break
            else:
                spoken.ending = "max-length" if heard is None and room <= quiet else "silence"
                break
    except CallerHungUp:
        spoken.ended_by, spoken.ending = "hangup", "hang-up"
    except CallMoved as led:
        spoken.ending, spoken.moved = "moved", led
    # Whoever is cut off in the middle of a sentence has not said the rest of it.
    unsaid = max(speaking_until - call.clock.elapsed, 0.0)
    spoken.seconds, spoken.cut_short = max(spoken.seconds - unsaid, 0.0), unsaid > 0
    spoken.silence = max(call.clock.elapsed - began - spoken.seconds, 0.0)
    return spoken


def _keep(call: Call, verb: Record, spoken: _Spoken) -> dict[str, str]:
    silence = 0.0 if verb.trims_silence else spoken.silence
    audio = spoken.sound(silence)
    length = wav_seconds(audio) or spoken.seconds
    sid = call.world.sids.recording()
    recording = Recording(sid, call.sid, call.world.account.sid, spoken.start, max(1, round(length)))
    call.world.recordings.keep(recording, audio)
    call.note(
        "recorded", recording=sid, seconds=recording.seconds, ended_by=spoken.ended_by, ending=spoken.ending
    )
    return {
        "RecordingUrl": call.world.api_url + recording.path,
        "RecordingSid": sid,
        "RecordingDuration": str(recording.seconds),
    }


async def _tell(call: Call, verb: Record, event: str, fields: dict[str, str]) -> None:
    if verb.status is None or event not in verb.status.events:
        return
    about = {
        "RecordingStatus": event,
        "RecordingChannels": "1",
        "RecordingSource": "RecordVerb",
        "ErrorCode": "0",
    }
    try:
        fetch = Fetch(call.absolute(verb.status.url), verb.status.method, {**about, **fields})
        await ask(call, fetch, "recording-status")
    except CarrierFault as fault:
        call.note("fault", code=fault.code, what=fault.what, heard=False)
