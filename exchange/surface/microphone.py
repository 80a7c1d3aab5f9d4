"""A microphone over a WebSocket: what somebody says into it is what the caller says, at that moment.

    WS /exchange/calls/SID/microphone    up: binary frames of bare sound, 8,000 samples a second of 16 bits,
                                         little-endian, one channel, up to a second each; nothing comes down,
                                         and the socket is closed when the call is over

It goes into the streams of the call at once, and in pieces to whatever records the caller.
"""

import asyncio
from array import array

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketState

from exchange.calls.line import Line, Speech
from exchange.media.mouth import SAMPLES_A_SECOND
from exchange.sound import NoSound, as_wav, sixteen_bits
from exchange.surface.line import BROKEN, close
from exchange.switchboard import Switchboard

LARGEST_FRAME = 2 * SAMPLES_A_SECOND  # bytes: a second
PIECE = SAMPLES_A_SECOND // 4  # samples, as a recording gets them
# RFC 6455, section 7.4.1; 4404 is ours to choose.
_OVER, _CANNOT_READ, _NO_CALL = 1000, 1003, 4404


def routes(board: Switchboard) -> list[BaseRoute]:
    """The route of a microphone."""

    async def microphone(socket: WebSocket) -> None:
        await socket.accept()
        call = board.in_progress(socket.path_params["sid"])
        if call is None:
            await socket.close(_NO_CALL, "no such call is in progress")
            return
        pieces = _Pieces(call.line)
        over = asyncio.create_task(board.until_over(call.sid))
        hearing = asyncio.create_task(_hear_all(socket, pieces))
        try:
            await asyncio.wait((over, hearing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
            hearing.cancel()
            _, fault = await asyncio.gather(over, hearing, return_exceptions=True)
            pieces.put()
        if isinstance(fault, Exception) and not isinstance(fault, BROKEN):
            raise fault
        if socket.application_state is WebSocketState.CONNECTED:
            await close(socket, _OVER, "the call is over")

    return [WebSocketRoute("/exchange/calls/{sid}/microphone", microphone)]


async def _hear_all(socket: WebSocket, pieces: "_Pieces") -> None:
    """Until the other end closes, or sends what is no sound."""
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        if not _hear(message.get("bytes") or b"", pieces):
            await socket.close(_CANNOT_READ, "a frame is up to a second of bare sound")
            return


class _Pieces:
    """Live sound on its way: at once into the mouth, gathered for recordings."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._gathered = array("h")

    def take(self, samples: "array[int]") -> None:
        self._line.mouth.speak_live(samples)
        self._gathered.extend(samples)
        if len(self._gathered) >= PIECE:
            self.put()

    def put(self) -> None:
        gathered, self._gathered = self._gathered, array("h")
        if gathered:
            self._line.put(Speech(len(gathered) / SAMPLES_A_SECOND, as_wav(gathered), live=True))


def _hear(frame: bytes, pieces: _Pieces) -> bool:
    if not 0 < len(frame) <= LARGEST_FRAME:
        return False
    try:
        pieces.take(sixteen_bits(frame))
    except NoSound:
        return False
    return True
