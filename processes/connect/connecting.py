"""What has to change at the carrier so that a number leads to this hotline: decided here, done elsewhere."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from foundation.redaction import one_line
from ivr.channels.addresses import OVERRIDES
from telephony.numbers import CarrierNumber

ANSWER_PATH, STATUS_PATH = "/voice/answer", "/voice/status"
NONE = "(none)"


@dataclass(frozen=True, slots=True)
class Change:
    """One setting of the number, as it is and as it shall be."""

    name: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.name}: {in_sight(self.old)} -> {in_sight(self.new)}"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the carrier shall ask; `fallback` "" leaves what the number has."""

    voice: str
    status: str
    fallback: str


def in_sight(address: str) -> str:
    """An address for people's eyes: a password in it, for basic authentication, is hidden."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "(an address that cannot be read)"
    if parts.password is None:
        return one_line(address) or NONE
    who, _, place = parts.netloc.rpartition("@")
    hidden = f"{who.partition(':')[0]}:****@{place}"
    return one_line(parts._replace(netloc=hidden).geturl())


def addresses(public_url: str, fallback_url: str, overrides: str = OVERRIDES) -> Addresses:
    """The addresses of this hotline for the carrier; with `overrides` "" it asks by its usual rules."""
    return Addresses(
        f"{public_url}{ANSWER_PATH}{overrides}", f"{public_url}{STATUS_PATH}{overrides}", fallback_url
    )


def changes(number: CarrierNumber, wanted: Addresses) -> tuple[Change, ...]:
    """What differs, in the order in which people think of it; none: it leads here already."""
    differing = [
        Change(name, number.settings[name], new)
        for name, new in _wanted(number, wanted).items()
        if number.settings[name] != new
    ]
    return tuple(differing)


def leads_here(number: CarrierNumber, public_url: str) -> str | None:
    """Why calls of this number do not come to the web process at `public_url`; None if they do."""
    if number.elsewhere:
        return f"its calls go to {number.elsewhere}"
    voice = number.settings["VoiceUrl"].partition("#")[0]
    if voice != public_url + ANSWER_PATH:
        return f"its voice URL is {in_sight(voice)}"
    if number.settings["VoiceMethod"] != "POST":
        return f"its voice URL is asked by {number.settings['VoiceMethod']}"
    return None


def unfit(address: str) -> str | None:
    """Why a carrier that is not on this machine cannot use an address; None if it can."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return f"{one_line(address)} is no address"
    if parts.scheme != "https":
        return f"{in_sight(address)} is not https: the carrier would send what callers type unsealed"
    if is_near(parts.hostname or ""):
        return f"{in_sight(address)} is known on this machine or network alone: the carrier cannot reach it"
    return None


def is_this_machine(host: str) -> bool:
    """Whether a host is the machine we are on, by its name or address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_near(host: str) -> bool:
    """Whether a host is this machine or one of its own network."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa"))


def fallback_hint(number: CarrierNumber, wanted: Addresses, public_url: str) -> str | None:
    """What is to be said of the address that is asked when we do not answer; None: it stands elsewhere."""
    address = wanted.fallback or number.settings["VoiceFallbackUrl"]
    if not address:
        return (
            "NO FALLBACK URL: whoever calls while this hotline is down hears the carrier's error message "
            "and is cut off; host docs/fallback.xml at the carrier and give its address as --fallback-url"
        )
    if urlsplit(address).hostname == urlsplit(public_url).hostname:
        return f"the fallback {in_sight(address)} is on the hotline's own host, and down whenever that is"
    return None


def _wanted(number: CarrierNumber, wanted: Addresses) -> Mapping[str, str]:
    fallback = {"VoiceFallbackUrl": wanted.fallback, "VoiceFallbackMethod": "POST"} if wanted.fallback else {}
    told = {
        "VoiceUrl": wanted.voice,
        "VoiceMethod": "POST",
        **fallback,
        "StatusCallback": wanted.status,
        "StatusCallbackMethod": "POST",
    }
    # While one of these is set, the carrier ignores the addresses; only what is set is taken away.
    given_up = {name: "" for name in ("VoiceApplicationSid", "TrunkSid") if number.settings[name]}
    return {**told, **given_up}
