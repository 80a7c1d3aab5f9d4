"""The settings as a command needs them: told in plain lines if they are wrong, and then it ends."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from foundation.development import DRAWN, UNLIMITED
from foundation.settings import NAMES, ROOT, SECRETS, Settings, SettingsFault, load, look, warnings

FAULTY = 2  # what the command returns
# What somebody sets for a moment on a laptop. Any other setting may be that of a service with real customers.
HARMLESS = frozenset(
    {
        *(
            "PORT",
            "EXCHANGE_PORT",
            "SPEECH_PORT",
            "BOOKS_DIR",
            "SPEECH_MODELS",
            "LOG_LEVEL",
            "WEB_WORKERS",
            "WEB_THREADS",
        ),
        *UNLIMITED,
    }
)


def settings_or_end(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of the environment; if they are wrong, all faults are said and the command ends with 2."""
    if environ is None:
        assume_laptop()
    told = os.environ if environ is None else environ
    for line in warnings(told):
        click.echo(f"warning: {line}", err=True)
    try:
        return load(told)
    except SettingsFault as found:
        click.echo(faults_in_words(found, told), err=True)
        raise SystemExit(FAULTY) from None


def set_or_usual() -> Settings:
    """What is set, and the usual values; also where settings are missing that only calls need."""
    assume_laptop()
    return look(os.environ).settings


def assume_laptop() -> None:
    """Say development for somebody who says nothing, if this is a laptop's own place."""
    if is_laptop(os.environ, ROOT):
        os.environ["HOTLINE_ENV"] = "development"


def is_laptop(environ: Mapping[str, str], root: Path) -> bool:
    """Whether nothing is said, no service has its settings here, and `hotline run` was at home in `root`.

    A machine of real customers has settings of a service, or never drew a laptop's secrets: there the rules
    of production hold, and what is missing is named.
    """
    said = environ.get("HOTLINE_ENV", "").strip()
    return not said and not _of_a_service(environ) and (root / "var" / DRAWN["SECRET_KEY"]).exists()


def laptop_settings_or_end() -> Settings:
    """The same for a command that writes demo customers: development, if nothing else is said.

    If nothing is said, and the environment holds settings as a service has them, it is refused: whoever left
    HOTLINE_ENV out may stand on the machine of real customers.
    """
    if not os.environ.get("HOTLINE_ENV", "").strip():
        ours = _of_a_service(os.environ)
        if ours:
            raise click.ClickException(
                f"HOTLINE_ENV is not set, but {', '.join(ours)}: this command is a laptop's and writes demo "
                "customers; set HOTLINE_ENV=development if that is meant"
            )
        os.environ["HOTLINE_ENV"] = "development"  # the children inherit it
    return settings_or_end()


def _of_a_service(environ: Mapping[str, str]) -> list[str]:
    names = [*NAMES, *(f"{name}_FILE" for name in SECRETS)]
    return [name for name in names if name not in HARMLESS and environ.get(name, "").strip()]


def faults_in_words(found: SettingsFault, told: Mapping[str, str]) -> str:
    """All faults, a line each; and the way out for somebody on a laptop."""
    lines = [f"setting {fault}" for fault in found.faults]
    if not told.get("HOTLINE_ENV"):
        lines.append("these are the rules of production; on a laptop set HOTLINE_ENV=development")
    return "\n".join(lines)
