"""Asks the customer's web server as a carrier does: signed, within 15 seconds, and never more than it says.

Sources: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides (time limits and tries, as
the fragment of the address says), https://www.twilio.com/docs/usage/security (signature without fragment).
"""

import asyncio
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urljoin

import httpx

from exchange.faults import (
    CONNECTION_FAILURE,
    HTTP_FAILURE,
    HTTP_TIMEOUT,
    INVALID_URL,
    TOO_MANY_REDIRECTS,
    CarrierFault,
)
from exchange.overrides import POLICIES, TOTAL_TIMEOUT, Overrides, overrides_of
from exchange.signature import HEADER, sign
from exchange.twiml.verbs import Method

# The client's library looks for this package at every lock. Python does not remember that there is none and
# searches all folders again, which was a quarter of the CPU of a request; None says it at once.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]  # so the documentation of the import system

IDEMPOTENCY = "I-Twilio-Idempotency-Token"
MOST_REDIRECTS = 10
LARGEST_BODY = 8 * 1024 * 1024
MOST_CONNECTIONS = 2_500
# Shorter than the two seconds gunicorn keeps an idle connection, so that none is used that is being closed.
IDLE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Request:
    """A webhook to send. With GET the fields go into the query, and are signed as part of the URL."""

    url: str
    fields: Mapping[str, str]
    token: str
    method: Method = "POST"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `url` is where it came from in the end; `seconds` what it took.

    `failed`: what went wrong with the tries before this one, in the words of a retry policy.
    """

    status: int
    body: bytes = field(repr=False)
    content_type: str
    url: str
    seconds: float
    redirects: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    def same_as(self, other: "Reply") -> bool:
        """Whether two replies to one request say the same: status and every byte of the body."""
        return (self.status, self.body) == (other.status, other.body)


class Web:
    """The carrier's side of HTTP. Use it as an async context manager."""

    def __init__(self, auth_token: str, timeout: float = TOTAL_TIMEOUT) -> None:
        self._auth_token = auth_token
        self._timeout = timeout
        self._client = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            # Calls share this client; a cookie of one must not travel with another.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            limits=httpx.Limits(max_connections=MOST_CONNECTIONS, keepalive_expiry=IDLE_SECONDS),
            headers={"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def ask(self, request: Request) -> Reply:
        """Send it, follow redirects, and return what came back, whatever its status.

        Raises CarrierFault when nothing came back: 11100, 11203, 11205, 11215 or 11200; 11241 to 11243 when
        the address asks for a connection that cannot be.
        """
        overrides = overrides_of(request.url)
        limit = min(overrides.total, self._timeout)
        failed: list[str] = []
        try:
            async with asyncio.timeout(limit):
                return await self._follow(_Trip(request, overrides, failed, time.monotonic()))
        except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout) as error:
            raise CarrierFault(HTTP_TIMEOUT, f"{request.url}: no answer in time{_after(failed)}") from error
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            what = f"{request.url}: no connection{_after(failed)}: {error}"
            raise CarrierFault(CONNECTION_FAILURE, what) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise CarrierFault(INVALID_URL, f"{request.url}: {error}") from error
        except httpx.HTTPError as error:
            what = f"{request.url}: {type(error).__name__}{_after(failed)}: {error}"
            raise CarrierFault(HTTP_FAILURE, what) from error

    async def _follow(self, trip: "_Trip") -> Reply:
        redirects: list[str] = []
        request = current = trip.request
        while True:
            response, body, url = await self._until_answered(current, trip)
            location = response.headers.get("location")
            if response.status_code not in (301, 302, 303, 307, 308) or not location:
                kind, seconds = response.headers.get("content-type", ""), time.monotonic() - trip.began
                ways = tuple(redirects), tuple(trip.failed)
                return Reply(response.status_code, body, kind, url, seconds, *ways)
            if len(redirects) == MOST_REDIRECTS:
                raise CarrierFault(TOO_MANY_REDIRECTS, f"{request.url}: more than {MOST_REDIRECTS} redirects")
            target = urljoin(url, location)
            redirects.append(target)
            if response.status_code in (307, 308):
                current = Request(target, current.fields, request.token, current.method)
            else:
                # A browser's old habit that the carrier shares: on with GET, and the fields are gone.
                current = Request(target, {}, request.token, "GET")

    async def _until_answered(self, request: Request, trip: "_Trip") -> tuple[httpx.Response, bytes, str]:
        """Try as often as the address says. A try that failed is noted; the last one returns or raises."""
        overrides = trip.overrides
        for left in range(overrides.retries, -1, -1):
            try:
                response, body, url = await self._send(request, overrides)
            except httpx.TransportError as error:
                failure = _failure(error)
                if not left or failure is None or not overrides.retried(failure):
                    raise
            else:
                failure = f"{response.status_code // 100}xx"
                if not left or failure not in POLICIES or not overrides.retried(failure):
                    return response, body, url
            trip.failed.append(failure)
        raise AssertionError("the last try returns or raises")

    async def _send(self, request: Request, overrides: Overrides) -> tuple[httpx.Response, bytes, str]:
        url = httpx.URL(request.url).copy_with(fragment=None)
        if request.method == "GET" and request.fields:
            query = "&".join(part for part in (url.query.decode(), urlencode(request.fields)) if part)
            url = url.copy_with(query=query.encode())
        posted = request.fields if request.method == "POST" else {}
        # The token stays the same in each try, so that a receiver knows them for one request.
        headers = {HEADER: sign(self._auth_token, str(url), posted), IDEMPOTENCY: request.token}
        content = None
        if request.method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
            content = urlencode(posted).encode()
        timeout = httpx.Timeout(overrides.read, connect=overrides.connect)
        sending = self._client.stream(request.method, url, headers=headers, content=content, timeout=timeout)
        async with sending as response:
            return response, await _read(response), str(url)


@dataclass(frozen=True, slots=True)
class _Trip:
    """One request on its way: how it may be tried, what has failed, and when it began."""

    request: Request
    overrides: Overrides
    failed: list[str]
    began: float


def _failure(error: httpx.TransportError) -> str | None:
    """What went wrong in the words of a retry policy; None for what no try can mend."""
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return "ct"
        case httpx.UnsupportedProtocol() | httpx.PoolTimeout():
            return None
        case _:
            # A connection that breaks before the answer is taken for one that never answers.
            return "rt"


def _after(failed: list[str]) -> str:
    return f" (before it: {', '.join(failed)})" if failed else ""


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST_BODY:
            break
    return bytes(body)
