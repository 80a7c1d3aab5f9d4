"""Every way we know in which a genuine request can be changed, moved or signed by somebody else."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable
from urllib.parse import urlencode

from exchange.signature import sign

BASE = "https://hotline.example"
TOKEN, STRANGER = "a1" * 16, "c3" * 16
CALL = "CA" + "0f" * 16
TARGET = f"/voice/calls/{CALL}/turns/3"
USUAL = {
    "CallSid": CALL,
    "CallStatus": "in-progress",
    "CallerCity": "",
    "From": "+6281234567801",
    "To": "+62215",
}

# From a genuine request (target, fields, signature) to what is sent instead (target, body, signature).
Change = Callable[[str, dict[str, str], str], tuple[str, bytes, str | None]]
FIELDS = {**USUAL, "Digits": "1"}


def changed(**changes: str | None) -> Change:
    """The same request with fields set, or taken out (None)."""

    def change(target: str, fields: dict[str, str], signature: str) -> tuple[str, bytes, str | None]:
        told = {name: value for name, value in {**fields, **changes}.items() if value is not None}
        return target, urlencode(told).encode(), signature

    return change


def other_key(target: str, fields: dict[str, str], signature: str) -> tuple[str, bytes, str | None]:
    """The same request with a key more: no key is the one that was pressed."""
    return changed(Digits=fields["Digits"] + "2")(target, fields, signature)


def signed(change: Callable[[str], str | None]) -> Change:
    """The same request under another signature."""
    return lambda target, fields, signature: (target, urlencode(fields).encode(), change(signature))


def aimed(change: Callable[[str], str]) -> Change:
    """The same request to another address."""
    return lambda target, fields, signature: (change(target), urlencode(fields).encode(), signature)


def bodied(change: Callable[[bytes], bytes]) -> Change:
    """The same signature over another body."""
    return lambda target, fields, signature: (target, change(urlencode(fields).encode()), signature)


def resigned(token: str, base: str = BASE, suffix: str = "") -> Change:
    """The same request, signed by somebody else or for another address."""
    return lambda target, fields, _: (
        target,
        urlencode(fields).encode(),
        sign(token, base + target + suffix, fields),
    )


def other_hash(name: str) -> Change:
    """Signed with the right token by another hash."""

    def change(target: str, fields: dict[str, str], _: str) -> tuple[str, bytes, str | None]:
        joined = BASE + target + "".join(key + fields[key] for key in sorted(fields))
        made = base64.b64encode(hmac.digest(TOKEN.encode(), joined.encode(), name)).decode()
        return target, urlencode(fields).encode(), made

    return change


MUTATIONS: dict[str, Change] = {
    "no signature": signed(lambda _: None),
    "empty signature": signed(lambda _: ""),
    "cut signature": signed(lambda one: one[:-1]),
    "cut to nothing but padding": signed(lambda one: one[-1]),
    "longer signature": signed(lambda one: one + "A"),
    "huge signature": signed(lambda one: one * 10_000),
    "signature in another case": signed(str.swapcase),
    "signature turned round": signed(lambda one: one[::-1]),
    "signature twice": signed(lambda one: f"{one},{one}"),
    "signature with a space": signed(lambda one: " " + one),
    "surrogate in the signature": signed(lambda one: one + "\ud800"),
    "url-safe signature with a bit flipped": signed(lambda one: chr(ord(one[0]) ^ 1) + one[1:]),
    "signed by a stranger": resigned(STRANGER),
    "signed with an empty token": resigned(""),
    "signed for another host": resigned(TOKEN, "https://evil.example"),
    "signed for plain http": resigned(TOKEN, "http://hotline.example"),
    "signed for an odd port": resigned(TOKEN, "https://hotline.example:99999999"),
    "signed with a slash at the end": resigned(TOKEN, suffix="/"),
    "signed with a fragment's mark": resigned(TOKEN, suffix="?"),
    "signed with SHA-256": other_hash("sha256"),
    "signed with MD5": other_hash("md5"),
    "other turn": aimed(lambda one: re.sub(r"\d+$", lambda turn: str(int(turn[0]) + 1), one)),
    "slash at the end": aimed(lambda one: one + "/"),
    "two slashes": aimed(lambda one: "/" + one),
    "query added": aimed(lambda one: one + "?x=1"),
    "path escaped": aimed(lambda one: one.replace("v", "%76", 1)),
    "absolute target": aimed(lambda one: BASE + one),
    "dotted path": aimed(lambda one: "/x/.." + one),
    "target beyond Latin-1": aimed(lambda one: one + "?\u4e00"),
    "endless target": aimed(lambda one: one + "?" + "x" * 100_000),
    "other key": other_key,
    "key taken out": changed(Digits=None),
    "field added": changed(Extra="1"),
    "empty field added": changed(Extra=""),
    "other caller": changed(From="+6281234567802"),
    "other call": changed(CallSid="CA" + "00" * 16),
    "call and key joined": changed(CallSid=CALL + "1", Digits=None),
    "key moved into the name": changed(Digits1="", Digits=None),
    "key moved out of the name": changed(Digit="s1", Digits=None),
    "key moved into the field before": changed(CallerCity="Digits1", Digits=None),
    "call moved into the name": changed(**{"CallSid" + CALL[0]: CALL[1:], "CallSid": None}),
    "call without a border": changed(**{"CallSid" + CALL: "", "CallSid": None}),
    "state moved into the call": changed(CallSid=CALL + "CallStatusin-progress", CallStatus=None),
    "field twice": bodied(lambda one: one + b"&Digits=1"),
    "field twice, escaped": bodied(lambda one: one + b"&%44igits=1"),
    "empty body": bodied(lambda _: b""),
    "JSON body": bodied(lambda _: b'{"CallSid": "' + CALL.encode() + b'", "Digits": "1"}'),
    "cut body": bodied(lambda one: one[:-3]),
    "NUL in the body": bodied(lambda one: one + b"%00"),
    "broken UTF-8": bodied(lambda one: one.replace(b"Digits=", b"Digits=%FF")),
    "lone surrogate": bodied(lambda one: one.replace(b"Digits=", b"Digits=%ED%A0%80")),
    "too many fields": bodied(lambda one: one + b"&" + b"&".join(b"f%d=" % n for n in range(300))),
}
