"""The carrier's signature: genuine requests pass, as with the vendor's validator, and no changed one does."""

import base64
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from exchange.signature import sign
from foundation.redaction import Secret
from ivr.channels.twilio_form import Form, Refused, read_form, read_turn
from ivr.channels.twilio_signature import SignatureCheck

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
BASE = "https://hotline.example"
TOKEN, SECOND, STRANGER = "a1" * 16, "b2" * 16, "c3" * 16
CALL = "CA" + "0f" * 16
TARGET = f"/voice/calls/{CALL}/turns/3"
CHECK = SignatureCheck(BASE, [Secret(TOKEN), Secret(SECOND)])
USUAL = {
    "CallSid": CALL,
    "CallStatus": "in-progress",
    "CallerCity": "",
    "From": "+6281234567801",
    "To": "+62215",
}


def holds(target: str, body: bytes, signature: str | None, check: SignatureCheck = CHECK) -> bool:
    form = read_form(body)
    return isinstance(form, Form) and check.holds(target, form.signed, signature)


def opens(target: str, body: bytes, signature: str | None) -> bool:
    """Signature and grammar together: what the door asks for."""
    form = read_form(body)
    if isinstance(form, Refused) or not CHECK.holds(target, form.signed, signature):
        return False
    return not isinstance(read_turn(form, CALL, AT), Refused)


values = st.text(st.characters(codec="utf-8"), max_size=12)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
forms = st.dictionaries(names, values, max_size=12)
paths = st.text(st.characters(codec="utf-8", exclude_characters="/?#\\"), max_size=12).map(
    lambda one: "/voice/" + quote(one)
)
queries = st.dictionaries(names, values, max_size=3).map(lambda one: "?" + urlencode(one) if one else "")


@settings(max_examples=300, deadline=None)
@given(forms, paths, queries, st.sampled_from([TOKEN, SECOND]))
def test_every_genuine_request_passes_as_it_does_with_the_vendors_validator(
    fields: dict[str, str], path: str, query: str, token: str
) -> None:
    target = path + query
    signature = sign(token, BASE + target, fields)
    assert RequestValidator(token).validate(BASE + target, fields, signature)
    assert holds(target, urlencode(fields).encode(), signature)


@settings(max_examples=300, deadline=None)
@given(forms, paths, st.text(max_size=40) | st.sampled_from(["", "=", "A" * 28, "\ud800", "é"]))
def test_no_made_up_signature_passes(fields: dict[str, str], path: str, signature: str) -> None:
    assert not holds(path, urlencode(fields).encode(), signature)


@pytest.mark.parametrize(
    ("base", "signed_as"),
    [
        ("https://h.example", "https://h.example:443"),
        ("http://h.example", "http://h.example:80"),
        ("https://h.example:8443", "https://h.example"),
        ("http://[::1]:5000", "http://[::1]"),
        ("https://[::1]", "https://[::1]:443"),
    ],
)
def test_the_carrier_may_sign_with_or_without_the_port(base: str, signed_as: str) -> None:
    check = SignatureCheck(base, [Secret(TOKEN)])
    for one in (base, signed_as):
        assert holds(TARGET, urlencode(USUAL).encode(), sign(TOKEN, one + TARGET, USUAL), check)
    assert not holds(TARGET, urlencode(USUAL).encode(), sign(TOKEN, f"{base}1" + TARGET, USUAL), check)


@pytest.mark.parametrize(
    "query", ["?q=%C3%A9", "?q=%7E", "?q=~", "?a=b%20c", "?a=b+c", "?language=en", "?", "?q=é"]
)
def test_a_query_is_compared_as_it_stands_in_the_request_line(query: str) -> None:
    on_the_wire = (TARGET + query).encode().decode("latin-1")
    assert holds(on_the_wire, urlencode(USUAL).encode(), sign(TOKEN, BASE + TARGET + query, USUAL))


Change = Callable[[str, dict[str, str], str], tuple[str, bytes, str | None]]
FIELDS = {**USUAL, "Digits": "1"}


def changed(**changes: str | None) -> Change:
    """The same request with fields set, or taken out (None)."""

    def change(target: str, fields: dict[str, str], signature: str) -> tuple[str, bytes, str | None]:
        told = {name: value for name, value in {**fields, **changes}.items() if value is not None}
        return target, urlencode(told).encode(), signature

    return change


def signed(change: Callable[[str], str | None]) -> Change:
    return lambda target, fields, signature: (target, urlencode(fields).encode(), change(signature))


def aimed(change: Callable[[str], str]) -> Change:
    return lambda target, fields, signature: (change(target), urlencode(fields).encode(), signature)


def bodied(change: Callable[[bytes], bytes]) -> Change:
    return lambda target, fields, signature: (target, change(urlencode(fields).encode()), signature)


def resigned(token: str, base: str = BASE, suffix: str = "") -> Change:
    return lambda target, fields, _: (
        target,
        urlencode(fields).encode(),
        sign(token, base + target + suffix, fields),
    )


def other_hash(name: str) -> Change:
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
    "other turn": aimed(lambda one: one.replace("/3", "/4")),
    "slash at the end": aimed(lambda one: one + "/"),
    "two slashes": aimed(lambda one: "/" + one),
    "query added": aimed(lambda one: one + "?x=1"),
    "path escaped": aimed(lambda one: one.replace("v", "%76", 1)),
    "absolute target": aimed(lambda one: BASE + one),
    "dotted path": aimed(lambda one: "/x/.." + one),
    "target beyond Latin-1": aimed(lambda one: one + "?\u4e00"),
    "endless target": aimed(lambda one: one + "?" + "x" * 100_000),
    "other key": changed(Digits="2"),
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
    "broken UTF-8": bodied(lambda one: one.replace(b"Digits=1", b"Digits=1%FF")),
    "lone surrogate": bodied(lambda one: one.replace(b"Digits=1", b"Digits=1%ED%A0%80")),
    "too many fields": bodied(lambda one: one + b"&" + b"&".join(b"f%d=" % n for n in range(300))),
}


def test_the_request_that_is_changed_below_is_genuine() -> None:
    assert opens(TARGET, urlencode(FIELDS).encode(), sign(TOKEN, BASE + TARGET, FIELDS))


@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_changed_request_opens_nothing(kind: str) -> None:
    target, body, signature = MUTATIONS[kind](TARGET, FIELDS, sign(TOKEN, BASE + TARGET, FIELDS))
    assert not opens(target, body, signature)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(sorted(MUTATIONS)), st.text("0123456789*#", min_size=1, max_size=12), st.integers(1, 199)
)
def test_no_change_of_any_request_opens_anything(kind: str, keys: str, turn: int) -> None:
    fields, target = {**USUAL, "Digits": keys}, f"/voice/calls/{CALL}/turns/{turn}"
    signature = sign(TOKEN, BASE + target, fields)
    sent = MUTATIONS[kind](target, fields, signature)
    genuine = (target, urlencode(fields).encode(), signature)
    if sent != genuine:
        assert not opens(*sent)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=60), st.text(max_size=60) | st.none())
def test_nothing_that_is_sent_raises(body: bytes, target: str, signature: str | None) -> None:
    assert not opens("/" + target, body, signature)
