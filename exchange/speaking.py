"""What the caller says, made into sound: by a voice, from a file, or silence where there is neither."""

import asyncio

from exchange.callers import Says
from exchange.calls.call import Call
from exchange.calls.line import Speech
from exchange.flite import NoVoice
from exchange.sound import SHORTEST_SOUND, silent_sound, telephone_sound
from exchange.twiml.speech import speaking_seconds
from exchange.voices import Voices

USUAL_LANGUAGE = "en"


async def spoken(voices: Voices, call: Call, says: Says) -> Speech:
    """The caller's words as they go over the line, and on the tape. Raises NoSound for a broken `sound`."""
    language = says.language or _language_of(call)
    try:
        sound = says.sound or await voices.speak(says.words, language, says.voice)
        seconds, sound = await asyncio.to_thread(telephone_sound, sound)
    except NoVoice as silent:
        # Words without a voice are still words: their length is right, and whoever reads the tape knows.
        seconds = max(speaking_seconds(says.words), SHORTEST_SOUND)
        sound = silent_sound(seconds)
        call.note("note", what=f"nobody's voice was had for what the caller said: {silent}")
    call.note("spoken", words=says.words, language=language, seconds=round(seconds, 3))
    return Speech(seconds, sound, says.words, says.sure)


def _language_of(call: Call) -> str:
    """The language that the caller was last spoken to in."""
    heard = call.world.tape.events(call.sid, "saying")
    return str(heard[-1].details["language"]) if heard else USUAL_LANGUAGE
