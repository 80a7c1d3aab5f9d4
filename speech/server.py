"""The socket that the carrier's streams come in by: who may talk there, how much, and for how long."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from foundation.clock import Clock
from foundation.logs import logger
from foundation.metrics import SPEECH_REFUSED
from foundation.redaction import Secret
from speech.ears import Ears, Live
from speech.faults import told
from speech.media_stream import LONGEST_MESSAGE, Progress, Refused, Sound, Started, Stopped, read
from speech.requests import RATE
from speech.tokens import Genuine, check

PATH = "/media"
SIGNATURE = "X-Twilio-Signature"
HANDSHAKE_WITHIN = 5.0  # seconds
START_WITHIN = 5.0  # seconds from the handshake to `start`
IDLE = 10.0  # seconds without a message; the carrier sends fifty a second, also of silence
EXTENDED_EVERY = 1.0  # seconds: so much later than IDLE a silent socket may be closed
SOCKETS_BESIDE = 50  # sockets beyond the streams that we hear: those that have not started, those too many
AHEAD = 10  # seconds of sound, or messages of so many, that may come faster than they were spoken
MESSAGES = 100  # a second; twice what the carrier sends
DRAINS = 30.0  # seconds that live streams go on after SIGTERM
REFUSED, GOING_AWAY, OURS = 1008, 1001, 1011

_log = logger("speech")


@dataclass(frozen=True, slots=True)
class Entrance:
    """What opens the door: `signed(target, signature)` knows the carrier's handshake, the key our tokens."""

    signed: Callable[[str, str], bool]
    secret_key: Secret
    host: str
    port: int


class NotWelcome(Exception):
    """Whoever is at the other end is not heard; the reason is told to the log and the metrics alone."""


class SpeechServer:
    """One for a process; see the first lines for its bounds."""

    def __init__(self, entrance: Entrance, ears: Ears, clock: Clock, capacity: int) -> None:
        self._entrance = entrance
        self._ears = ears
        self._clock = clock
        self._sockets_at_most = capacity + SOCKETS_BESIDE
        self._server: Server | None = None
        self._talking: set[ServerConnection] = set()

    @property
    def port(self) -> int:
        """The port that is listened on; another than was asked for if that was 0."""
        assert self._server is not None  # noqa: S101  # asked only after `open`
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    async def open(self) -> None:
        """Begin to listen. OSError where the port is taken."""
        # It would write what comes in: a caller's voice, and tokens.
        logging.getLogger("websockets").setLevel(logging.WARNING)
        self._server = await serve(
            self._talk,
            self._entrance.host,
            self._entrance.port,
            process_request=self._at_the_door,
            open_timeout=HANDSHAKE_WITHIN,
            close_timeout=1.0,
            max_size=LONGEST_MESSAGE,
            max_queue=64,
            # What inflates is a bomb, and sound in base64 gains nothing.
            compression=None,
            ping_interval=20.0,
            ping_timeout=20.0,
            server_header=None,
        )

    async def drain(self, limit: float = DRAINS) -> None:
        """Listen no more at once; live streams go on until they end, or until the limit."""
        assert self._server is not None  # noqa: S101  # asked only after `open`
        self._ears.drain()
        self._server.close(close_connections=False)
        with suppress(TimeoutError):
            async with asyncio.timeout(limit):
                await self._server.wait_closed()
                return
        await asyncio.gather(*(one.close(GOING_AWAY) for one in list(self._talking)), return_exceptions=True)
        await self._server.wait_closed()

    def _at_the_door(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.path.startswith("/health/"):
            return self._health(request.path)
        if request.path.partition("?")[0] != PATH:
            return connection.respond(HTTPStatus.NOT_FOUND, "")
        if len(self._talking) >= self._sockets_at_most:
            return self._shut(connection, HTTPStatus.SERVICE_UNAVAILABLE, "too many sockets")
        signatures = request.headers.get_all(SIGNATURE)
        if len(signatures) != 1 or not self._entrance.signed(request.path, signatures[0]):
            return self._shut(connection, HTTPStatus.FORBIDDEN, "no genuine signature")
        return None

    def _shut(self, connection: ServerConnection, status: HTTPStatus, why: str) -> Response:
        SPEECH_REFUSED.labels(why).inc()
        _log.warning("a stream was refused", why=why)
        return connection.respond(status, "")

    def _health(self, path: str) -> Response:
        """`/health/live`: the process is there. `/health/ready`: it hears at least one language."""
        service = self._ears.service
        told = {
            "languages": service.languages,
            "free": service.free,
            "streams": self._ears.heard_now,
            "lag": round(self._ears.lag, 4),
            "working": round(self._ears.working, 2),
        }
        is_well = path == "/health/live" or (bool(service.languages) and self._ears.is_able)
        status = HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE
        body = json.dumps(told).encode()
        headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(body))})
        return Response(status.value, status.phrase, headers, body)

    async def _talk(self, connection: ServerConnection) -> None:
        self._talking.add(connection)
        talk = _Talk(connection, self._entrance.secret_key, self._ears, self._clock)
        try:
            await talk.run()
        except (NotWelcome, Refused) as refusal:
            SPEECH_REFUSED.labels(str(refusal)).inc()
            _log.warning("a stream was closed", why=str(refusal), call=talk.call)
            await connection.close(REFUSED)
        except ConnectionClosed:
            pass
        except Exception as fault:  # noqa: BLE001  # this call goes on by keys, the others by voice
            told("a stream", fault)
            await connection.close(OURS)
        finally:
            talk.end()
            self._talking.discard(connection)


class _Talk:
    """One socket, from its first message to its last."""

    def __init__(self, connection: ServerConnection, key: Secret, ears: Ears, clock: Clock) -> None:
        self._connection = connection
        self._key = key
        self._ears = ears
        self._clock = clock
        self._began = clock.monotonic()
        self._progress = Progress()
        self._messages = 0
        self._bytes = 0
        self._live: Live | None = None

    @property
    def call(self) -> str:
        return self._live.call if self._live is not None else ""

    async def run(self) -> None:
        """Until the carrier stops, or the socket closes. NotWelcome, Refused."""
        loop, extended = asyncio.get_running_loop(), 0.0
        try:
            async with asyncio.timeout(START_WITHIN) as patience:
                async for message in self._connection:
                    frame = self._read(message)
                    match frame:
                        case Started():
                            self._live = await self._begin(frame)
                        case Sound() if self._live is not None:
                            self._hear(self._live, frame)
                        case Stopped():
                            return
                        case _:
                            pass
                    now = loop.time()
                    if self._live is not None and now > extended + EXTENDED_EVERY:
                        extended = now
                        patience.reschedule(now + IDLE + EXTENDED_EVERY)
        except TimeoutError:
            raise NotWelcome("silent for too long" if self._live else "no start in time") from None

    def end(self) -> None:
        if self._live is not None:
            self._ears.end(self._live)

    def _read(self, message: str | bytes) -> object:
        if isinstance(message, bytes):
            raise NotWelcome("bytes in the place of text")
        self._messages += 1
        if self._messages > (self._elapsed() + AHEAD) * MESSAGES:
            raise NotWelcome("too many messages")
        self._progress, frame = read(self._progress, message)
        return frame

    async def _begin(self, started: Started) -> Live:
        token = started.start.custom_parameters.get("token", "")
        call = started.start.call_sid
        judged = check(self._key, token, call, self._clock.now().timestamp())
        if not isinstance(judged, Genuine):
            raise NotWelcome(f"a token that is {judged.value}")
        self._require_room(call)
        if not await self._ears.take_token(token):
            raise NotWelcome("a token that was taken")
        self._require_room(call)  # others may have begun while Redis was asked
        return await self._ears.begin(call, judged.stream)

    def _require_room(self, call: str) -> None:
        if not self._ears.has_room_for(call):
            raise NotWelcome("nobody is free")

    def _hear(self, live: Live, sound: Sound) -> None:
        self._bytes += len(sound.mulaw)
        if self._bytes > (self._elapsed() + AHEAD) * RATE:
            raise NotWelcome("more sound than time")
        if not self._ears.is_heard(live):
            raise NotWelcome("a younger stream of the call")
        live.sound.hear(sound.mulaw)

    def _elapsed(self) -> float:
        return self._clock.monotonic() - self._began
