"""`hotline connect NUMBER`: leads a real telephone number to this hotline, and rings you through it."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from foundation.settings import Settings
    from processes.connect.connecting import Addresses
    from processes.connect.steps import Steps
    from telephony.placed_calls import PlacedCalls

HELP_FALLBACK = "Asked when the hotline does not answer: where docs/fallback.xml is hosted, not on this host."


@dataclass(frozen=True, slots=True)
class _Asked:
    number: str
    to: str | None
    fallback_url: str
    dry_run: bool
    yes: bool
    take_over: bool
    plain: bool


@click.command()
@click.argument("number")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before changing.")
@click.option(
    "--call", "to", metavar="YOUR_NUMBER", help="Then ring this number and let it hear the hotline."
)
@click.option("--fallback-url", metavar="URL", default="", help=HELP_FALLBACK)
@click.option("--take-over", is_flag=True, help="Also if the number belongs to a trunk or an application.")
@click.option("--plain", is_flag=True, help="Addresses without connection overrides behind a #.")
def command(number: str, to: str | None, fallback_url: str, **ways: bool) -> None:
    """Lead NUMBER, a number of the account at the carrier, to this hotline.

    Looks at the account and the number, says what would change, asks, changes it and reads it again. Done
    twice it changes nothing the second time. Returns 1 if it could not be done.
    """
    from processes.commands.configured import settings_or_end
    from processes.connect.steps import Stop, line

    asked = _Asked(_number(number, "NUMBER"), to and _number(to, "--call"), fallback_url.strip(), **ways)
    if asked.to == asked.number:
        raise click.UsageError("--call rings a telephone of yours, not the hotline's own number")
    try:
        _connect(settings_or_end(), asked)
    except Stop as stop:
        click.echo(line("FAULT", str(stop)), err=True)
        click.echo(line("", f"cure: {stop.cure}"), err=True)
        raise SystemExit(1) from None


def _number(written: str, name: str) -> str:
    from foundation.phone_numbers import parse

    number = parse(written, "ZZ") if written.startswith("+") else None
    if number is None:
        raise click.UsageError(f"{name}: {written!r} is no number; write it with + and the country")
    return number.e164


def _connect(settings: "Settings", asked: _Asked) -> None:
    from foundation.clock import SystemClock
    from processes.carrier import carrier_account
    from processes.connect.steps import Steps, Stop
    from telephony.numbers import CarrierNumbers
    from telephony.placed_calls import PlacedCalls
    from telephony.rest import CarrierRest

    account = carrier_account(settings)
    if account is None:
        raise Stop("no account at the carrier", "set TWILIO_ACCOUNT_SID, as in the carrier's console")
    rest = CarrierRest(account, SystemClock())
    try:
        steps = Steps(settings, account, CarrierNumbers(rest), click.echo)
        _walk(steps, PlacedCalls(rest), asked)
    finally:
        rest.close()


def _walk(steps: "Steps", calls: "PlacedCalls", asked: _Asked) -> None:
    from ivr.channels.addresses import OVERRIDES
    from processes.connect.connecting import addresses
    from processes.connect.steps import line

    wanted = addresses(steps.settings.public_url, asked.fallback_url, "" if asked.plain else OVERRIDES)
    steps.check_addresses(wanted)
    steps.check_account()
    number = steps.find(asked.number)
    steps.require_own(number, take_over=asked.take_over)
    steps.look_from_outside()
    planned = steps.plan(number, wanted)
    if not planned:
        steps.say(line("ok", f"{number.number} leads here already: nothing to change"))
    elif asked.dry_run:
        steps.say(line("note", "a dry run: nothing was changed"))
    else:
        _require_yes(asked, len(planned))
        steps.carry_out(number, planned, wanted)
    if asked.to:
        _ring(steps, calls, asked, wanted)


def _require_yes(asked: _Asked, count: int) -> None:
    if asked.yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("nobody is here to say yes: give --yes, or --dry-run to look only")
    click.confirm(f"change these {count} settings of {asked.number} at the carrier?", abort=True)


def _ring(steps: "Steps", calls: "PlacedCalls", asked: _Asked, wanted: "Addresses") -> None:
    from foundation.clock import SystemClock
    from processes.connect.first_call import FirstCall, place
    from processes.connect.steps import line

    if asked.dry_run or asked.to is None:
        steps.say(line("note", f"a dry run: {asked.to} is not rung"))
        return
    place(steps, FirstCall(asked.to, asked.number, calls, SystemClock()), wanted)
