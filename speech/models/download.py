"""Fetches an archive into a file, and goes on where a download was cut."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from speech.models.faults import ModelFault
from speech.models.resuming import Do, Next, asked_for, judged, mark_of

LARGEST = 6_000_000_000  # bytes; the largest of the makers is about half of it
TRIES = 4  # a cut is gone on from so often before somebody is asked to call again
REDIRECTS = 5
CUT = (httpx.RemoteProtocolError, httpx.ReadError, httpx.ReadTimeout)

Progress = Callable[[int, int], None]  # bytes here, bytes of the whole (0: not known)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: to be connected, and of silence in the middle."""

    connect: float = 10.0
    silence: float = 30.0


PATIENT = Limits()


@dataclass(frozen=True, slots=True)
class Download:
    """One archive to be fetched. `part`: where it grows; beside it stands by what it is known again."""

    address: str
    part: Path
    progress: Progress
    limits: Limits = PATIENT

    @property
    def mark(self) -> Path:
        return self.part.with_name(f"{self.part.name}.mark")

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc


def fetch(one: Download) -> None:
    """All of it, in `part`. ModelFault says what is in the way; what has come stays, for the next call.

    The disk being full is an OSError: whoever asked knows best what to throw away.
    """
    try:
        httpx.URL(one.address)
        urlsplit(one.address)
    except (httpx.InvalidURL, ValueError):
        raise ModelFault(f"{one.address} is no address that can be read") from None
    with _client(one.limits) as client:
        for _ in range(TRIES):
            before = _here(one)
            if _tried(client, one):
                return
            if 0 < before == _here(one):
                break  # nothing came: asking at once again is of no use
    raise ModelFault(_told_cut(one), passing=True)


def forget(part: Path) -> None:
    """Throw away what was begun."""
    part.unlink(missing_ok=True)
    part.with_name(f"{part.name}.mark").unlink(missing_ok=True)


def _client(limits: Limits) -> httpx.Client:
    return httpx.Client(
        timeout=httpx.Timeout(limits.silence, connect=limits.connect),
        follow_redirects=True,
        max_redirects=REDIRECTS,
        event_hooks={"request": [_refuse_unsafe]},
    )


def _told_cut(one: Download) -> str:
    here = _here(one)
    if not here:
        forget(one.part)
        return f"{one.host} was reached and sent nothing; call it again"
    told = f"{one.host} cut the download after {here / 1e6:.1f} MB; call it again"
    if _mark(one):
        return f"{told}, it goes on from there"
    forget(one.part)
    return told


def _tried(client: httpx.Client, one: Download) -> bool:
    """Whether all of it is here now; False if it was cut, or has to be asked for anew."""
    here = _here(one)
    # Compressed on the way, the bytes could not be counted.
    headers = {"Accept-Encoding": "identity", **asked_for(here, _mark(one))}
    try:
        with client.stream("GET", one.address, headers=headers) as answer:
            return _taken(answer, one, here)
    except CUT:
        return False
    except httpx.TooManyRedirects:
        raise ModelFault(f"{one.host} sends from one address to another without end") from None
    except httpx.HTTPError as fault:
        why = "no answer in time" if isinstance(fault, httpx.TimeoutException) else str(fault)
        raise ModelFault(
            f"{one.host} cannot be reached ({why}); is this machine on the network?", passing=True
        ) from None


def _taken(answer: httpx.Response, one: Download, here: int) -> bool:
    found = judged(answer.status_code, answer.headers, here)
    match found.do:
        case Do.GIVE_UP:
            raise ModelFault(_refusal(answer.status_code, one), passing=answer.is_server_error)
        case Do.ASK_ANEW:
            forget(one.part)
            return False
        case Do.WHOLE:
            return True
        case Do.BEGIN | Do.APPEND:
            return _written(answer, one, found)


def _written(answer: httpx.Response, one: Download, found: Next) -> bool:
    here = _here(one) if found.do is Do.APPEND else 0
    _require_room(one, found.size - here)
    _keep_mark(one, mark_of(answer.headers))
    with one.part.open("ab" if here else "wb") as file:
        # As they come: gathered into larger pieces, the last one would be lost at a cut.
        for piece in answer.iter_raw():
            here += file.write(piece)
            if here > (found.size or LARGEST):
                forget(one.part)
                raise ModelFault(f"{one.host} sends more than it said; nothing of it is kept")
            one.progress(here, found.size)
    return not found.size or here == found.size


def _refusal(status: int, one: Download) -> str:
    if status == httpx.codes.NOT_FOUND:
        return f"there is no {one.address}; is the name right?"
    return f"{one.host} answers {status} for {one.address}"


def _require_room(one: Download, wanted: int) -> None:
    if wanted > LARGEST:
        raise ModelFault(f"{one.address} has {wanted / 1e6:,.0f} MB: that is no model")
    free = shutil.disk_usage(one.part.parent).free
    if wanted > free:
        raise OSError(f"{wanted / 1e6:.0f} MB are needed, {free / 1e6:.0f} MB are free")


def _refuse_unsafe(request: httpx.Request) -> None:
    """A model is a program in all but name: nobody on the way may exchange it."""
    url = request.url
    if url.scheme != "https" and not (url.scheme == "http" and url.host in {"127.0.0.1", "::1"}):
        raise ModelFault(f"{url.scheme}://{url.host} is no https address; name one, or a local file")


def _here(one: Download) -> int:
    return one.part.stat().st_size if one.part.exists() else 0


def _mark(one: Download) -> str | None:
    with suppress(OSError, UnicodeError):
        return one.mark.read_text("ascii")
    return None


def _keep_mark(one: Download, mark: str | None) -> None:
    if mark:
        one.mark.write_text(mark, "ascii", "replace")
    else:
        one.mark.unlink(missing_ok=True)
