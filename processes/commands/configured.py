"""The settings as a command needs them: told in plain lines if they are wrong, and then it ends."""

import os
from collections.abc import Mapping

import click

from foundation.settings import Settings, SettingsFault, load, warnings

FAULTY = 2  # what the command returns


def settings_or_end(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of the environment; if they are wrong, all faults are said and the command ends with 2."""
    told = os.environ if environ is None else environ
    for line in warnings(told):
        click.echo(f"warning: {line}", err=True)
    try:
        return load(told)
    except SettingsFault as found:
        click.echo(faults_in_words(found, told), err=True)
        raise SystemExit(FAULTY) from None


def faults_in_words(found: SettingsFault, told: Mapping[str, str]) -> str:
    """All faults, a line each; and the way out for somebody on a laptop."""
    lines = [f"setting {fault}" for fault in found.faults]
    if not told.get("HOTLINE_ENV"):
        lines.append("these are the rules of production; on a laptop set HOTLINE_ENV=development")
    return "\n".join(lines)
