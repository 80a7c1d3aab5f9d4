"""What an address says about the connection to it, in its fragment: `https://...#rc=2&rp=ct,rt,5xx`.

Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides, and the pages of the errors
11240 to 11243. The fragment itself is never sent, and not signed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag

from exchange.faults import CONNECTION_SETTINGS, EDGE_NOT_ALLOWED, EDGE_UNKNOWN, CarrierFault

# In real seconds, whatever the speed of the exchange.
TOTAL_TIMEOUT = 15.0
CONNECT_TIMEOUT = 5.0
MOST_RETRIES = 5
# What may be tried again: no connection, no answer in time, an answer with such a status, or all of these.
POLICIES = ("ct", "rt", "4xx", "5xx", "all")
EDGES = ("ashburn", "dublin", "frankfurt", "roaming", "sao-paulo", "singapore", "sydney", "tokyo", "umatilla")
_PRIVATE_EDGE = "-ix"  # over a line of one's own to the carrier, which this account does not have


@dataclass(frozen=True, slots=True)
class Overrides:
    """How one request is sent: limits in seconds, how often it is tried again, and after what.

    `read` counts until the first byte and between any two parts of the answer; `total` for all tries.
    """

    connect: float = CONNECT_TIMEOUT
    read: float = TOTAL_TIMEOUT
    total: float = TOTAL_TIMEOUT
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    def retried(self, failure: str) -> bool:
        """Whether the request is tried again after such a failure: `ct`, `rt`, `4xx` or `5xx`."""
        return failure in self.policy or "all" in self.policy


def overrides_of(url: str) -> Overrides:
    """What the fragment of an address says. Raises CarrierFault 11243, or 11241 and 11242 for an edge."""
    told: dict[str, Any] = {}
    for pair in filter(None, urldefrag(url).fragment.split("&")):
        name, _, value = pair.partition("=")
        read = _READERS.get(name)
        if read is None or name in told:
            raise _wrong(url, f"{name!r} is no setting, or stands there twice")
        told[name] = read(url, value)
    return Overrides(**{_FIELDS[name]: value for name, value in told.items() if name in _FIELDS})


def _wrong(url: str, why: str) -> CarrierFault:
    return CarrierFault(CONNECTION_SETTINGS, f"{url}: {why}")


def _whole(least: int, most: int) -> Callable[[str, str], int]:
    def read(url: str, value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) < 6 and least <= int(value) <= most):
            raise _wrong(url, f"{value!r} is no number from {least} to {most}")
        return int(value)

    return read


def _seconds(most: int) -> Callable[[str, str], float]:
    milliseconds = _whole(100, most)
    return lambda url, value: milliseconds(url, value) / 1_000


def _policy(url: str, value: str) -> frozenset[str]:
    wanted = frozenset(value.split(","))
    if wanted - set(POLICIES):
        raise _wrong(url, f"a policy is any of {', '.join(POLICIES)}, not {value!r}")
    return wanted


def _edges(url: str, value: str) -> None:
    for edge in value.split(","):
        if edge.endswith(_PRIVATE_EDGE):
            raise CarrierFault(EDGE_NOT_ALLOWED, f"{url}: {edge!r} is not for this account")
        if edge not in EDGES:
            raise CarrierFault(EDGE_UNKNOWN, f"{url}: there is no edge {edge!r}")


def _server_name(url: str, value: str) -> None:
    # Only TLS would tell a difference, and this exchange speaks to plain addresses in its tests.
    if value not in ("y", "n"):
        raise _wrong(url, f"sni is y or n, not {value!r}")


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "ct": _seconds(10_000),
    "rt": _seconds(15_000),
    "tt": _seconds(15_000),
    "rc": _whole(0, MOST_RETRIES),
    "rp": _policy,
    "e": _edges,
    "sni": _server_name,
}
_FIELDS = {"ct": "connect", "rt": "read", "tt": "total", "rc": "retries", "rp": "policy"}
