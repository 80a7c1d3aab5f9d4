"""Reads the attributes of one element, each by its type, and refuses whatever Twilio does not document."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from exchange.faults import INVALID_URL, SCHEMA, CarrierFault
from exchange.twiml.verbs import Method

# Twilio has these, the exchange does not carry them yet: a document that uses one gets a fault that says so.
NOT_CARRIED = {
    "Dial": (
        "recordingStatusCallback",
        "recordingTrack",
        "ringTone",
        "sequential",
        "referUrl",
        "events",
        "trim",
    ),
    "Gather": ("partialResultCallback", "partialResultCallbackMethod"),
    "Number": ("machineDetection", "method", "sendDigits", "statusCallback", "statusCallbackEvent", "url"),
    "Record": ("transcribe", "transcribeCallback"),
}
_URL = re.compile(r"^[!-~]*$")


class Attributes:
    """The attributes of an element. Each reader takes a name out; `done` refuses what is left."""

    def __init__(self, element: Element, codes: Mapping[str, int] | None = None) -> None:
        self._tag = element.tag
        self._left = dict(element.attrib)
        self._codes = codes or {}

    def fault(self, name: str, what: str) -> CarrierFault:
        """The error for a bad value of an attribute, with Twilio's number for it where it has one."""
        return CarrierFault(self._codes.get(name, SCHEMA), f'<{self._tag} {name}="...">: {what}')

    def text(self, name: str, default: str) -> str:
        """Any text."""
        return self._left.pop(name, default)

    def optional(self, name: str) -> str | None:
        """Any text, or None if the attribute is not there."""
        return self._left.pop(name, None)

    def url(self, name: str) -> str | None:
        """A relative or absolute http URL; None if it is not there, "" for the document's own."""
        value = self._left.pop(name, None)
        if value is None:
            return None
        return checked_url(value.strip(), f"<{self._tag} {name}>")

    def method(self, name: str = "method") -> Method:
        """GET or POST (the default), in any case."""
        value = self._left.pop(name, "POST").upper()
        if value == "GET":
            return "GET"
        if value == "POST":
            return "POST"
        raise self.fault(name, f"{value!r} is neither GET nor POST")

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number between two bounds, both included."""
        value = self._left.pop(name, None)
        if value is None:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            raise self.fault(name, f"{value!r} is not a whole number from {low} to {high}")
        return int(value)

    def yes(self, name: str, *, default: bool) -> bool:
        """Either of the words true and false."""
        value = self._left.pop(name, None)
        if value is None:
            return default
        if value not in ("true", "false"):
            raise self.fault(name, f"{value!r} is neither true nor false")
        return value == "true"

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self._left.pop(name, default)
        if value not in choices:
            raise self.fault(name, f"{value!r} is none of {', '.join(choices)}")
        return value

    def words(self, name: str, default: tuple[str, ...], choices: tuple[str, ...]) -> tuple[str, ...]:
        """Some of a few words, with spaces between them."""
        value = self._left.pop(name, None)
        if value is None:
            return default
        words = tuple(value.split())
        if not words or any(word not in choices for word in words):
            raise self.fault(name, f"{value!r} is not made of {', '.join(choices)}")
        return words

    def done(self) -> None:
        """Raise if an attribute has not been read."""
        for name in self._left:
            if name in NOT_CARRIED.get(self._tag, ()):
                what = f"the exchange does not carry the attribute {name!r} yet"
            else:
                what = f"Twilio knows no attribute {name!r} here"
            raise CarrierFault(SCHEMA, f"<{self._tag}>: {what}")


def checked_url(url: str, where: str) -> str:
    """The URL if a carrier could ask for it; http, https and relative ones are good, and "" is."""
    scheme = url.partition(":")[0].lower() if re.match(r"^[A-Za-z][A-Za-z0-9+.-]*:", url) else ""
    if not _URL.match(url) or scheme not in ("", "http", "https"):
        raise CarrierFault(INVALID_URL, f"{where}: {url!r} is not a URL that can be asked for")
    return url
