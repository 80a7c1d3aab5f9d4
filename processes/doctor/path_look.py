"""Whether the web process is reached under PUBLIC_URL as the carrier reaches it: by TLS, and signed."""

import base64
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import httpx

from foundation.redaction import Secret, one_line
from foundation.settings import Settings
from processes.doctor.findings import Finding
from processes.doctor.unreached import unreached

ADDRESS, DOOR = "PUBLIC_URL", "signed door"
LIMIT = 3.0  # seconds for each request
SLOW = 1.0  # seconds for an answer to nothing
LARGEST_BODY = 64_000  # bytes; a health check has some hundred
LONGEST_WORDS = 200  # characters of what somebody else says
# It does nothing but say that a request was let in.
CHECK_PATH = "/voice/check"
_IN, _OUT = httpx.codes.NO_CONTENT, httpx.codes.FORBIDDEN
_FIELDS = {"CallStatus": "check"}
_START = "start the web process, or mend PUBLIC_URL"
_UNREACHED = (httpx.HTTPError, UnicodeError)  # UnicodeError: a name that no DNS could hold
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PROXY = "look at the web process, and at what the proxy before it hands on"


def look_at_public_url(settings: Settings) -> Finding:
    """Whether it answers, answers here and not elsewhere, and is ready for calls."""
    url = settings.public_url
    began = time.perf_counter()
    try:
        live = _get(f"{url}/health/live")
        took = time.perf_counter() - began
        if live.sends_on:
            return _redirected(url, live)
        if live.status != httpx.codes.OK:
            return Finding(ADDRESS, f"{url} answers {live.status}", _PROXY)
        ready = _get(f"{url}/health/ready")
    except _UNREACHED as fault:
        return Finding(ADDRESS, *unreached(url, fault, LIMIT, _START))
    if ready.status != httpx.codes.OK:
        how = f"{url} lives and is not ready: {_waits_for(ready)}"
        return Finding(ADDRESS, how, "mend what it waits for")
    how = f"{url} is ready, answers in {took * 1000:.0f} ms{_plain_http(url)}"
    if took > SLOW:
        return Finding(ADDRESS, how, "find what is slow between here and there", mild=True)
    return Finding(ADDRESS, how)


def look_at_signed_door(settings: Settings) -> Finding:
    """Whether a request signed as the carrier signs is let in there, and one signed wrongly is not."""
    url = settings.public_url + CHECK_PATH
    known = (settings.twilio_auth_token, settings.twilio_auth_token_secondary)
    try:
        right = [_posted(url, signature(token, url, _FIELDS)) for token in known if token]
        wrong = _posted(url, signature(Secret("nobody's token"), url, _FIELDS))
    except _UNREACHED as fault:
        return Finding(DOOR, *unreached(settings.public_url, fault, LIMIT, _START))
    return Finding(DOOR, *_door_judged(url, set(right), wrong))


def _door_judged(url: str, right: set[int], wrong: int) -> tuple[str, str | None]:
    """How the door treats the genuine and the others, and the cure."""
    if wrong == _IN:
        return "a request with a wrong signature is let in", "take what answers there off the net"
    if right == {_IN} and wrong == _OUT:
        return "lets in what the carrier signs, and nothing else", None
    if right == {_OUT}:
        cure = "give the web process the same token and PUBLIC_URL; no proxy may rewrite a path"
        return "refuses what the carrier would sign", cure
    if right == {_IN, _OUT}:
        cure = "restart the web process: it knows only one of the two tokens"
        return "refuses what is signed with one of the tokens", cure
    told = ", ".join(str(status) for status in sorted({*right, wrong}))
    return f"{url} answers {told}", _PROXY


def signature(token: Secret, url: str, fields: Mapping[str, str]) -> str:
    """What the carrier would send as X-Twilio-Signature with these fields to this address."""
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.digest(token.reveal().encode(), signed.encode(), "sha1")).decode()


@dataclass(frozen=True, slots=True)
class _Answer:
    """The head of an answer, and the first part of its body."""

    status: int
    location: str
    body: bytes

    @property
    def sends_on(self) -> bool:
        return self.status in _REDIRECTS


def _get(url: str) -> _Answer:
    with httpx.stream("GET", url, timeout=LIMIT, trust_env=False) as answer:
        location = one_line(answer.headers.get("location", ""))[:LONGEST_WORDS]
        return _Answer(answer.status_code, location, _beginning(answer))


def _beginning(answer: httpx.Response) -> bytes:
    """As much of a body as a health check has; whoever drips it is not waited for."""
    until = time.monotonic() + LIMIT
    body = b""
    for part in answer.iter_bytes():
        body += part
        if len(body) > LARGEST_BODY or time.monotonic() > until:
            break
    return body


def _posted(url: str, signed: str) -> int:
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    told = {"content": urlencode(_FIELDS), "headers": headers}
    # The body is not read: the status says enough.
    with httpx.stream("POST", url, timeout=LIMIT, trust_env=False, **told) as answer:  # type: ignore[arg-type]
        return answer.status_code


def _redirected(url: str, live: _Answer) -> Finding:
    what = f"{url} sends on to {live.location}: the carrier would follow without what the caller typed"
    return Finding(ADDRESS, what, "set PUBLIC_URL to the address that answers itself")


def _waits_for(ready: _Answer) -> str:
    try:
        checks = json.loads(ready.body)["checks"].items()
        ill = [one_line(f"{name} {how}")[:LONGEST_WORDS] for name, how in checks if how != "ok"]
    except (ValueError, KeyError, TypeError, AttributeError):
        ill = []
    return "; ".join(ill) or f"it answers {ready.status}"


def _plain_http(url: str) -> str:
    """What plain http does at the same host, where it is worth a word."""
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.port:
        return ""
    try:
        plain = _get(f"http://{parts.hostname}/health/live")
    except httpx.HTTPError:
        return ""
    onward = plain.sends_on and plain.location.startswith("https://")
    return "; http:// is sent on to https://" if onward else "; http:// answers too"
