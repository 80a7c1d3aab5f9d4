"""Secrets that are typed are found nowhere afterwards: not in Redis, not in SQL, in no log and no address."""

import re
from collections.abc import Iterator

import pytest

from callbacks.tickets import ticket_number
from exchange.exchange import CallPlan, Exchange
from identity.demo import DEMO_CUSTOMERS
from tests.end_to_end import callers
from tests.end_to_end.running import Hotline
from tests.shipped import BOOK

WRONG = ("604817", "937260")
ALICE = DEMO_CUSTOMERS[4]
UNKNOWN = ticket_number("12345678")
SECRETS = (*WRONG, ALICE.pin.reveal())


def plans(to: str) -> list[CallPlan]:
    """Wrong PINs and a right one; a PIN where a number of a ticket is asked for, and as its proof."""
    account = ALICE.customer.account
    verify = callers.presses(
        "1", "2", "2", "1", account, WRONG[0], account, WRONG[1], account, ALICE.pin.reveal()
    )
    proof = callers.presses("1", "1", "4", UNKNOWN, f"{WRONG[0]}#", UNKNOWN, f"{WRONG[1]}#")
    return [CallPlan(callers.number(700), to, verify), CallPlan(callers.number(701), to, proof)]


def written(secret: str) -> re.Pattern[bytes]:
    """The secret by itself: as part of a longer number or hash it would be chance."""
    return re.compile(
        rb"(?<![0-9A-Za-z.+/])"
        + b"[ ,.-]?".join(re.escape(one.encode()) for one in secret)
        + rb"(?![0-9A-Za-z+/])"
    )


def in_redis(url: str) -> Iterator[bytes]:
    from redis import Redis

    with Redis.from_url(url) as client:
        for key in client.scan_iter(count=1_000):
            kind = client.type(key)
            yield key
            yield from client.hgetall(key).values() if kind == b"hash" else [client.get(key) or b""]


def in_sql(hotline: Hotline) -> Iterator[bytes]:
    """Every value of every row, and with SQLite the bytes of the files."""
    url = hotline.settings.database_url.reveal()
    if url.startswith("sqlite"):
        names = hotline.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        for file in hotline.log.parent.glob("hotline.sqlite*"):
            yield file.read_bytes()
    else:
        names = hotline.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for (name,) in names:
        for row in hotline.rows(f'SELECT * FROM "{name}"'):  # noqa: S608  # our own tables
            yield repr(row).encode()


def on_the_tape(exchange: Exchange) -> Iterator[bytes]:
    """Every address that was asked for, and everything that was said; not what the caller typed."""
    for event in exchange.tape:
        if event.kind in {"requested", "document", "heard"}:
            kept = {name: value for name, value in event.details.items() if name != "fields"}
            yield repr(kept).encode()


@pytest.fixture(scope="module")
def places(hotline: Hotline) -> dict[str, list[bytes]]:
    assert hotline.settings.redis_url is not None
    with hotline.exchange() as exchange:
        records = exchange.call_many(plans(hotline.settings.hotline_number))
        typed = "".join(str(pressed["keys"]) for record in records for pressed in record.of("pressed"))
        assert all(secret in typed for secret in SECRETS)
        tape = list(on_the_tape(exchange))
    calls = [record.sid for record in records]
    assert sorted(hotline.ends_heard(calls)) == sorted(calls)
    found = {
        "Redis": list(in_redis(hotline.settings.redis_url.reveal())),
        "SQL": list(in_sql(hotline)),
        "logs": [hotline.log.read_bytes()],
        "tape": tape,
    }
    # The places are the right ones: what is no secret is found there.
    for place, texts in found.items():
        assert any(calls[0].encode() in text for text in texts), f"nothing of the call in {place}"
    return found


def test_no_pin_is_found_anywhere(places: dict[str, list[bytes]]) -> None:
    spoken = {
        secret: [
            " ".join(wording.digits[int(one)] for one in secret).encode()
            for wording in BOOK.wordings.values()
        ]
        for secret in SECRETS
    }
    for place, texts in places.items():
        for text in texts:
            for secret in SECRETS:
                assert not written(secret).search(text), f"{secret} in {place}"
                assert not any(words in text for words in spoken[secret]), f"{secret} spoken in {place}"


def test_no_telephone_number_is_in_a_log_or_an_address(
    places: dict[str, list[bytes]], hotline: Hotline
) -> None:
    for caller in (callers.number(700), callers.number(701)):
        assert caller[1:].encode() not in hotline.log.read_bytes()
        assert not any(b"url" in text and caller[1:].encode() in text for text in places["tape"])
