"""Whether callers' voices find the speech process: a handshake at its door, signed as the carrier signs."""

import socket
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx
from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException
from websockets.sync.client import connect

from foundation.redaction import Secret
from foundation.settings import Settings
from processes.doctor.findings import Finding
from processes.doctor.path_look import signature
from processes.doctor.speech_look import service_now
from processes.doctor.unreached import causes, unreached
from processes.hearing import choices_of, languages_in
from speech.server import PATH, SIGNATURE

DOOR = "media door"
LIMIT = 3.0  # seconds for the connection, and as many for the handshake
CLOSES_WITHIN = 1.0  # seconds
LONGEST_MESSAGE = 1_000  # bytes of what somebody says to us: nobody reads it
_PORTS = {"ws": 80, "wss": 443}
_IN, _OUT = HTTPStatus.SWITCHING_PROTOCOLS, HTTPStatus.FORBIDDEN
_START = "start the speech process, or set MEDIA_URL to where it is reached"
_UPGRADE = f"have the proxy hand on the upgrade to a websocket at {PATH}, see deploy/nginx-hotline.conf"
_ELSEWHERE = "set MEDIA_URL to the address that answers itself"
_GONE = "start the speech process: the proxy does not find it"
_REFUSES = "give the speech process the same token and MEDIA_URL; the proxy must hand on its headers"
_OTHERWISE = "look at the speech process, and at what the proxy before it hands on"
_CURES = {
    **dict.fromkeys((200, 400, 426), _UPGRADE),
    **dict.fromkeys((301, 302, 303, 307, 308), _ELSEWHERE),
    404: f"set MEDIA_URL to where it is reached; the proxy must lead {PATH} there as it is",
    **dict.fromkeys((502, 504), _GONE),
    503: "read its log: it has too many sockets, or the proxy does not find it",
}


def look_at_media_door(settings: Settings) -> Finding:
    """Whether whoever signs as the carrier is let in, and nobody else.

    It is mild, since calls go on by keys; but not where anybody is let in: a stranger would be sent voices.
    """
    nobody = _why_nobody_comes(settings)
    if nobody:
        return Finding(DOOR, nobody)
    url = settings.media_address + PATH
    known = (settings.twilio_auth_token, settings.twilio_auth_token_secondary)
    try:
        right = [_knocked(url, token) for token in known if token]
        wrong = _knocked(url, Secret("nobody's token"))
    except InvalidHandshake:
        return Finding(DOOR, f"{url} does not answer as a websocket does", _UPGRADE, mild=True)
    except (OSError, UnicodeError) as fault:
        return Finding(DOOR, *unreached(url, fault, LIMIT, _START), mild=True)
    how, cure = _judged(url, set(right), wrong)
    return Finding(DOOR, how, cure, mild=cure is not None and wrong != _IN)


def _why_nobody_comes(settings: Settings) -> str | None:
    """Why no stream is awaited here, if none is."""
    chosen = choices_of(languages_in(settings.books_dir), settings)
    if not chosen:
        return "the book cannot be loaded: see its line"
    if not any(one.local for one in chosen):
        return "no language of the book is heard here, so no stream comes"
    if settings.in_development and service_now(settings) is None:
        return "`hotline run` starts the speech process"
    return None


def _knocked(url: str, token: Secret) -> int:
    """How a handshake is answered that is signed with this token: its status. OSError, InvalidHandshake.

    Once it is let in nothing is sent, and the socket is closed.
    """
    told = {SIGNATURE: signature(token, url, {})}
    try:
        with connect(
            url,
            # Whoever is given a socket follows no redirect: what stands at MEDIA_URL itself is looked at.
            sock=_dialled(url),
            # The authorities that the other looks trust, whatever this machine has.
            ssl=httpx.create_ssl_context(trust_env=False) if url.startswith("wss:") else None,
            additional_headers=told,
            compression=None,
            proxy=None,
            open_timeout=LIMIT,
            close_timeout=CLOSES_WITHIN,
            ping_interval=None,
            max_size=LONGEST_MESSAGE,
        ):
            return _IN
    except (WebSocketException, ValueError) as fault:  # InvalidURI, ValueError: a redirect
        refused = next((one for one in causes(fault) if isinstance(one, InvalidStatus)), None)
        if refused is None:
            raise
        return refused.response.status_code


def _dialled(url: str) -> socket.socket:
    parts = urlsplit(url)
    line = socket.create_connection((parts.hostname, parts.port or _PORTS[parts.scheme]), LIMIT)
    line.settimeout(None)
    return line


def _judged(url: str, right: set[int], wrong: int) -> tuple[str, str | None]:
    """How the door treats the genuine and the others, and the cure."""
    if wrong == _IN:
        return f"{url} lets in a wrong signature", f"lead {PATH} to the speech process: it refuses such"
    told = sorted({*right, wrong})
    odd = [status for status in told if status not in {_IN, _OUT}]
    if odd:
        return f"{url} answers {', '.join(map(str, told))}", _CURES.get(odd[0], _OTHERWISE)
    if right == {_IN}:
        return "lets in what the carrier signs, and nothing else", None
    if right == {_OUT}:
        return f"{url} refuses what the carrier would sign", _REFUSES
    cure = "restart the speech process: it knows only one of the two tokens"
    return f"{url} refuses what is signed with one of the tokens", cure
