"""Everything asked twice is done once: a deed, its key and the reply it brought."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam

from foundation.schema import Connection, deeds, insert_unless_there, kept_until

_THIS = deeds.c.key == bindparam("asked")
_KNOWN, _REPLIED = deeds.select().where(_THIS), deeds.update().where(_THIS)

Reply = dict[str, object]  # what JSON can carry


class KeyReused(Exception):
    """The same key came with another deed: a fault of ours, never answered with the old reply."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What is asked for: `key` says where (`call/turn/errand-number`), `fingerprint` what (no secret)."""

    key: str
    kind: str
    fingerprint: str


def fingerprint(*parts: object) -> str:
    """A short name for what is asked, 64 hexadecimal digits; a secret must not be among the parts."""
    written = json.dumps(parts, default=str, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def once(connection: Connection, deed: Deed, at: datetime, do: Callable[[Connection], Reply]) -> Reply:
    """Run `do` in this transaction the first time; afterwards, and for rivals, give the reply it brought.

    Raises KeyReused if the key is known with another kind or fingerprint. The key is written first: that
    makes a rival wait until this transaction has ended, and do the deed itself if it failed.
    """
    claim = {
        "key": deed.key,
        "kind": deed.kind,
        "fingerprint": deed.fingerprint,
        "at": at,
        "delete_after": kept_until(deeds, at),
    }
    if not insert_unless_there(connection, deeds, claim):
        return _kept_reply(connection, deed)
    reply = do(connection)
    connection.execute(_REPLIED, {"asked": deed.key, "reply": reply})
    return reply


def _kept_reply(connection: Connection, deed: Deed) -> Reply:
    known = connection.execute(_KNOWN, {"asked": deed.key}).one()
    if (known.kind, known.fingerprint) != (deed.kind, deed.fingerprint):
        raise KeyReused(f"the key {deed.key} belongs to {known.kind!r} and was used again for {deed.kind!r}")
    reply: Reply = known.reply
    return reply
