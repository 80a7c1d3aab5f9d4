"""The carrier's signature: genuine requests pass, as with the vendor's validator, and no changed one does."""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from exchange.signature import sign
from foundation.redaction import Secret
from ivr.channels.addresses import OVERRIDES
from ivr.channels.twilio_form import Form, Refused, read_form, read_turn
from ivr.channels.twilio_signature import SignatureCheck
from storms.fuzz.forgeries import BASE, CALL, FIELDS, MUTATIONS, TARGET, TOKEN, USUAL

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
SECOND = "b2" * 16
CHECK = SignatureCheck(BASE, [Secret(TOKEN), Secret(SECOND)])


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


def test_the_fragment_of_our_addresses_may_be_signed_or_not_and_no_other_may() -> None:
    body = urlencode(USUAL).encode()
    for fragment in ("", OVERRIDES):
        signed = RequestValidator(TOKEN).compute_signature(BASE + TARGET + fragment, USUAL)
        assert holds(TARGET, body, signed)
    for other in ("#", "#rc=5", OVERRIDES + "1"):
        assert not holds(
            TARGET, body, RequestValidator(TOKEN).compute_signature(BASE + TARGET + other, USUAL)
        )


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
    assert sent != (target, urlencode(fields).encode(), signature)
    assert not opens(*sent)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=60), st.text(max_size=60) | st.none())
def test_nothing_that_is_sent_raises(body: bytes, target: str, signature: str | None) -> None:
    assert not opens("/" + target, body, signature)
