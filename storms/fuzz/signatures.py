"""Forged requests, none of which may come in, and genuine ones, none of which may be kept out."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus, urlencode, urlsplit

from twilio.request_validator import RequestValidator

from foundation.redaction import Secret
from ivr.channels.twilio_form import Form, Refused, read_form, read_turn
from ivr.channels.twilio_signature import SignatureCheck
from storms.fuzz.forgeries import BASE, CALL, MUTATIONS, TOKEN, USUAL

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
SECOND = "b2" * 16
BASES = (
    *(
        BASE,
        "http://127.0.0.1:5000",
        "https://h.example:8443",
        "https://h.example:443",
        "http://h.example:80",
    ),
    "https://a-long-name.of-a-host.example",
)
LETTERS = "abc XYZ019+/=&%~é中文😀'\"<>#?;,.-_"
QUOTINGS = (quote, quote_plus)  # a space is written in two ways; the signature knows neither
MOST_FIELDS = 30


@dataclass(frozen=True, slots=True)
class Figures:
    """Of each kind of forgery so many were tried; what came in, and what was kept out though genuine."""

    kinds: int
    forged: int
    came_in: int
    genuine: int
    kept_out: int


def try_signatures(each: int, genuine: int, chance: int) -> Figures:
    """`each` forgeries of every kind and so many genuine requests, drawn under a seed."""
    draw = random.Random(chance)
    check = SignatureCheck(BASE, [Secret(TOKEN), Secret(SECOND)])
    forged = came_in = 0
    for change in MUTATIONS.values():
        for _ in range(each):
            fields, target = _fields(draw), f"/voice/calls/{CALL}/turns/{draw.randrange(1, 200)}"
            signature = RequestValidator(TOKEN).compute_signature(BASE + target, fields)
            sent = change(target, fields, signature)
            forged += sent != (target, urlencode(fields).encode(), signature)
            came_in += _opens(check, *sent)
    kept_out = sum(not _is_let_in(draw) for _ in range(genuine))
    return Figures(len(MUTATIONS), forged, came_in, genuine, kept_out)


def _opens(check: SignatureCheck, target: str, body: bytes, signature: str | None) -> bool:
    """Signature and grammar together: what the door asks for."""
    form = read_form(body)
    if isinstance(form, Refused) or not check.holds(target, form.signed, signature):
        return False
    return not isinstance(read_turn(form, CALL, AT), Refused)


def _fields(draw: random.Random) -> dict[str, str]:
    keys = "".join(draw.choice("0123456789*#") for _ in range(draw.randrange(1, 12)))
    return {**USUAL, "Digits": keys}


def _is_let_in(draw: random.Random) -> bool:
    """Whether a request that the vendor's own code signed is let in, however it is written on the wire."""
    base = draw.choice(BASES)
    fields = {f"F{number}": _text(draw) for number in range(draw.randrange(MOST_FIELDS))}
    target = "/voice/" + quote(_text(draw)) + draw.choice(("", f"?q={quote(_text(draw))}", "?a=b+c", "?"))
    token = draw.choice((TOKEN, SECOND))
    signature = RequestValidator(token).compute_signature(_as_signed(base, draw) + target, fields)
    body = urlencode(fields, quote_via=draw.choice(QUOTINGS)).encode()
    form = read_form(body)
    check = SignatureCheck(base, [Secret(TOKEN), Secret(SECOND)])
    return isinstance(form, Form) and check.holds(target, form.signed, signature)


def _as_signed(base: str, draw: random.Random) -> str:
    """The carrier signs an address with or without its port."""
    parts = urlsplit(base)
    usual = {"https": 443, "http": 80}[parts.scheme]
    bare = f"{parts.scheme}://{parts.hostname}"
    return draw.choice((base, bare if parts.port else f"{bare}:{usual}"))


def _text(draw: random.Random) -> str:
    return "".join(draw.choice(LETTERS) for _ in range(draw.randrange(12)))
