"""`hotline pages`: who was paged about which urgent ticket, and what came of it."""

import click

from foundation.redaction import mask_number, one_line

ROW = "{:<16}  {:<11}  {:>2}  {:<20}  {:<18}  {:<4}  {}"


@click.command()
@click.option("--ticket", help="Only those about this ticket; its newest 60, the last one last.")
def command(ticket: str | None) -> None:
    """List who was paged about urgent tickets, the newest first (at most 200). Times are UTC."""
    from callbacks.paging.store import MOST_LISTED, PageStore
    from callbacks.tickets import in_groups
    from processes.commands.tickets import at_the_desk, digits_of

    store = PageStore()
    with at_the_desk() as desk, desk.database.reading(desk.deadline()) as connection:
        found = store.pages_of(connection, digits_of(ticket)) if ticket else store.newest(connection)
        waiting = store.count_waiting(connection)
    click.echo(ROW.format("PAGED", "TICKET", "NO", "WHO", "NUMBER", "BY", "WHAT CAME OF IT"))
    for page in found:
        one = page.paged
        came = one.outcome or "under way"
        when, who = f"{one.at:%Y-%m-%d %H:%M}", one_line(one.name)
        click.echo(
            ROW.format(when, in_groups(page.ticket), one.place, who, mask_number(one.number), one.by, came)
        )
    if len(found) == MOST_LISTED:
        click.echo(f"There may be older ones than these {MOST_LISTED}.")
    click.echo(f"Urgent tickets that nobody has taken: {waiting}")
