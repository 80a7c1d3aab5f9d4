"""`hotline doctor`: what is configured, what is reachable, what is missing, and the cure."""

import os

import click


@click.command()
def command() -> None:
    """Say what is configured, reachable and missing.

    Looks at the settings, Redis, the database, the menu book, the signature and the addresses; each thing
    that is missing comes with its cure. Returns 1 if anything is missing.
    """
    from foundation.settings import SettingsFault, load, warnings
    from processes.checkup import Finding, look_at

    for line in warnings(os.environ):
        click.echo(f"warning  {line}")
    try:
        findings = look_at(load(os.environ))
    except SettingsFault as found:
        hint = "; on a laptop set HOTLINE_ENV=development" if "HOTLINE_ENV" not in os.environ else ""
        faults = [fault.partition("; ") for fault in found.faults]
        findings = iter([Finding("setting", what, cure + hint) for what, _, cure in faults])
    ill = 0
    for finding in findings:
        ill += not finding.well
        click.echo(f"{'ok' if finding.well else 'MISSING':<8} {finding.what}: {finding.how}")
        if finding.cure:
            click.echo(f"         cure: {finding.cure}")
    raise SystemExit(1 if ill else 0)
