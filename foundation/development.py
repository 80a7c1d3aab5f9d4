"""What a laptop needs to begin with: addresses, numbers that belong to nobody, and secrets drawn once."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

# Values that stand in documents, examples and habits: production refuses them.
DEMO_SECRETS = frozenset(
    {
        *("change-me", "changeme", "secret", "password", "demo", "test", "development", "hotline"),
        "change-me-change-me-change-me-change-me",
        "your_auth_token",
        "12345678901234567890123456789012",
        "0123456789abcdef0123456789abcdef",
        "00000000000000000000000000000000",
    }
)
HOTLINE_NUMBER = "+622150001000"
PERSON_NUMBER = "+622150001001"
ACCOUNT_SID = "AC" + "de30" * 8
DATABASE = "hotline.sqlite"
PORT, EXCHANGE_PORT = "5000", "5080"

UNLIMITED = ("CALLS_AT_ONCE", "CALLS_A_MINUTE", "CALLS_OF_A_NUMBER")


DRAWN = {"SECRET_KEY": "secret_key", "TWILIO_AUTH_TOKEN": "auth_token"}  # and the files they are kept in


def embedded(told: Mapping[str, str], root: Path, *, draw: bool) -> dict[str, str]:
    """The settings of a laptop under `root`, for those that `told` leaves open.

    The secrets are drawn at the first run and kept in `root/var`, readable by their owner alone: a second
    run can still read the calls of the first, and a laptop that is reached from outside through a tunnel
    has no token that stands in a document. Without `draw` nothing is made: those not there yet are left out.
    """
    folder = root / "var"
    if draw and {*DRAWN, "DATABASE_URL"} - told.keys():
        folder.mkdir(exist_ok=True)
    kept = {name: _kept(folder / file, draw=draw) for name, file in DRAWN.items() if name not in told}
    return {
        "PUBLIC_URL": f"http://127.0.0.1:{told.get('PORT', PORT)}",
        "TWILIO_API_URL": f"http://127.0.0.1:{told.get('EXCHANGE_PORT', EXCHANGE_PORT)}",
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "HOTLINE_NUMBER": HOTLINE_NUMBER,
        "PERSON_FALLBACK_NUMBER": PERSON_NUMBER,
        "DATABASE_URL": f"sqlite:///{folder / DATABASE}",
        "SPEECH_MODELS": str(folder / "speech-models"),
        "SPOOL_DIR": str(_spool(told.get("DATABASE_URL"), folder)),
        # The same few invented numbers call again and again, and a load test calls with all its might.
        **dict.fromkeys(UNLIMITED, "0"),
        **{name: secret for name, secret in kept.items() if secret},
    }


def spool_beside(database: Path) -> Path:
    """Where the spool of a database lies that is a file: what waits for one must not be made in another."""
    return database.with_name(f"{database.name}-spool")


def _spool(database_url: str | None, folder: Path) -> Path:
    """The same for the database that is told, where it is a file."""
    scheme, _, place = (database_url or f"sqlite:///{folder / DATABASE}").partition(":///")
    return (
        spool_beside(Path(place.partition("?")[0]))
        if scheme.startswith("sqlite") and place
        else folder / "spool"
    )


def _kept(place: Path, *, draw: bool) -> str | None:
    """The secret in this file; None, or drawn now, if there is none."""
    if draw and not place.exists():
        _draw(place)
    return place.read_text("utf-8").strip() if place.exists() else None


def _draw(place: Path) -> None:
    """Of two that draw at once, one wins for both."""
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
    try:
        os.link(draft, place)
    except FileExistsError:
        pass  # another process was quicker; its secret is ours too
    finally:
        draft.unlink()
