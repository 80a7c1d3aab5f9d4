"""Sounds over HTTP: what is said to a caller, what the caller speaks into a microphone, what was recorded."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from exchange.calls.line import Speech
from exchange.flite import NoVoice
from exchange.sound import LARGEST_SOUND, NoSound, telephone_sound
from exchange.surface.requests import Endpoint, Refused, read_body, refusal
from exchange.switchboard import Switchboard
from exchange.voices import Voices

WAV_TYPES = ("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave")


def routes(board: Switchboard) -> list[BaseRoute]:
    """The routes of sounds."""
    voices = board.voices

    async def told(_request: Request) -> Response:
        languages = [one for one in board.settings.surface.languages if voices.speaks(one)]
        return JSONResponse({"espeak": voices.program is not None, "languages": languages})

    call = "/exchange/calls/{sid}"
    return [
        Route("/exchange/voices", told, methods=["GET"]),
        Route(f"{call}/sounds/{{number:int}}", _said(board, voices), methods=["GET"]),
        Route(f"{call}/sound", _spoken(board), methods=["POST"]),
        Route(f"{call}/recordings/{{recording}}", _recorded(board), methods=["GET"]),
    ]


def _said(board: Switchboard, voices: Voices) -> Endpoint:
    async def said(request: Request) -> Response:
        sid, number = request.path_params["sid"], request.path_params["number"]
        events = board.tape.events(sid)
        event = events[number - 1] if 0 < number <= len(events) else None
        if event is None or event.kind != "saying":
            return refusal(404, f"nothing begins to be said in event {number} of this call")
        details = event.details
        try:
            wav = await voices.say(details["text"], details["language"], details.get("seconds"))
        except NoVoice as silent:
            return refusal(404, str(silent))
        return Response(wav, media_type="audio/wav")

    return said


def _spoken(board: Switchboard) -> Endpoint:
    async def spoken(request: Request) -> Response:
        call = board.in_progress(request.path_params["sid"])
        if call is None:
            return refusal(404, "no such call is in progress")
        try:
            body = await read_body(request, WAV_TYPES, LARGEST_SOUND)
            # Arithmetic over millions of samples: beside the loop, or every other call would wait for it.
            seconds, sound = await asyncio.to_thread(telephone_sound, body)
        except (Refused, NoSound) as refused:
            return refusal(422, str(refused))
        call.line.put(Speech(seconds, sound))
        return Response(status_code=204)

    return spoken


def _recorded(board: Switchboard) -> Endpoint:
    async def recorded(request: Request) -> Response:
        sid, name = request.path_params["sid"], request.path_params["recording"]
        recording, audio = board.recordings.find(name), board.recordings.audio(name)
        if recording is None or audio is None or recording.call_sid != sid:
            return refusal(404, "this call has no such recording")
        return Response(audio, media_type="audio/wav")

    return recorded
