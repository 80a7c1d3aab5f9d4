"""`hotline doctor`: what is configured, what is reachable, what is missing, and the cure."""

import os

import click


@click.command()
def command() -> None:
    """Say what is configured, reachable and missing.

    Looks at the settings, the versions, Redis, the database, the worker, the disk, the spool, the menu book,
    who hears callers, the signature, the address of the webhooks and the door of the streams from outside,
    the carrier, its number and its clock, and changes none of them; whatever is not well comes with its cure.
    Returns 1 if anything is missing that calls need.
    """
    from foundation.settings import look, warnings
    from processes.commands.configured import assume_laptop
    from processes.doctor.checkup import look_at

    assume_laptop()
    for line in warnings(os.environ):
        click.echo(f"warning  {line}")
    ill = 0
    for finding in look_at(look(os.environ)):
        ill += finding.grave
        word = "MISSING" if finding.grave else "ok" if finding.well else "WARNING"
        click.echo(f"{word:<8} {finding.what}: {finding.how}")
        if finding.cure:
            click.echo(f"         cure: {finding.cure}")
    if ill and not os.environ.get("HOTLINE_ENV", "").strip():
        click.echo("these are the rules of production; on a laptop set HOTLINE_ENV=development")
    raise SystemExit(1 if ill else 0)
