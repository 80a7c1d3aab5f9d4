"""The kinds of settings: what an address, a number, a store is, and the cure said with each that is none."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from foundation.phone_numbers import parse
from foundation.redaction import Secret

LARGEST_PORT = 65_535
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
_DATABASES = frozenset({"sqlite", "sqlite+pysqlite", "postgresql+psycopg"})
_NO_DATABASE = "is no database of ours; write sqlite:///FILE or postgresql://USER@HOST/NAME"
_NO_REDIS = "is no Redis; write redis://HOST:6379/0"
_NO_ADDRESS = "is not an address; write https://HOST"
_NO_MEDIA = "is not an address of streams; write wss://HOST"


def _parts(written: str, otherwise: str) -> SplitResult:
    """The parts of an address; ValueError with those words where it has none, or no port that there is."""
    # Suppressed: its own words repeat a part of the address, and with it perhaps a secret.
    with suppress(ValueError):
        parts = urlsplit(written)
        if parts.port != 0:
            return parts
    raise ValueError(otherwise)


def _address(written: str) -> str:
    parts = _parts(written, _NO_ADDRESS)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(_NO_ADDRESS)
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError("has more than a host and a port; write https://HOST alone")
    return written.rstrip("/")


def _media_address(written: str) -> str:
    parts = _parts(written, _NO_MEDIA)
    if parts.scheme not in {"ws", "wss"} or not parts.hostname:
        raise ValueError(_NO_MEDIA)
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError("has more than a host and a port; write wss://HOST alone")
    return written.rstrip("/")


def _number(written: str) -> str:
    number = parse(written, "ZZ") if written.startswith("+") else None
    if number is None:
        raise ValueError("is not a telephone number; write it with + and the country, as +622150001000")
    return number.e164


def _sid(written: str) -> str:
    if not _SID.fullmatch(written):
        raise ValueError("is not the carrier's identifier; copy the two capitals and 32 of 0-9, a-f")
    return written


def _folder(written: Path) -> Path:
    if not written.is_dir():
        raise ValueError("names no folder; create it or take the setting away")
    return written


def _database(written: Secret) -> Secret:
    # Parsed as it will be when it is used: what passes here does not fail at the first call.
    from foundation.sql_address import sql_url

    address = written.reveal()
    if _in_memory(address):
        raise ValueError("is in memory, so promises would be lost; name a file or a server")
    try:
        url = sql_url(written)
    except Exception:  # noqa: BLE001  # the parser's own faults have the address in their words
        raise ValueError(_NO_DATABASE) from None
    if url.drivername not in _DATABASES or not 0 < (url.port or 1) <= LARGEST_PORT:
        raise ValueError(_NO_DATABASE)
    return written


def _in_memory(url: str) -> bool:
    driver, _, place = url.partition("://")
    if driver not in {"sqlite", "sqlite+pysqlite"}:
        return False
    return ":memory:" in place or "mode=memory" in place or place.partition("?")[0] in {"", "/"}


def _redis(written: Secret) -> Secret:
    parts = _parts(written.reveal(), _NO_REDIS)
    if parts.scheme == "unix":
        fits = len(parts.path) > 1
    else:
        # A database that is no number would silently be the first one.
        number = parts.path[1:]
        fits = parts.scheme in {"redis", "rediss"} and (not number or number.isdigit())
    if not fits:
        raise ValueError(_NO_REDIS)
    return written


def _hide(written: object) -> object:
    return Secret(written) if isinstance(written, str) else written


Hidden = Annotated[Secret, BeforeValidator(_hide)]
DatabaseAddress = Annotated[Secret, BeforeValidator(_hide), AfterValidator(_database)]
RedisAddress = Annotated[Secret, BeforeValidator(_hide), AfterValidator(_redis)]
Address = Annotated[str, AfterValidator(_address)]
MediaAddress = Annotated[str, AfterValidator(_media_address)]
Number = Annotated[str, AfterValidator(_number)]
Sid = Annotated[str, AfterValidator(_sid)]
Folder = Annotated[Path, AfterValidator(_folder)]
Port = Annotated[int, Field(ge=1, le=LARGEST_PORT)]
