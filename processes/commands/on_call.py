"""`hotline on-call`: who is called now when an urgent ticket waits, in which order, and how soon."""

from zoneinfo import ZoneInfo

import click

from foundation.clock import SystemClock
from foundation.redaction import mask_number, one_line


@click.command()
def command() -> None:
    """Say who is on call now, by the book of BOOKS_DIR (else the shipped one), and in which order."""
    from callbacks.paging.pager import rota_at
    from processes.chores.paging import plan_of
    from processes.commands.configured import settings_or_end
    from processes.commands.named_books import FaultyBook, book_in

    settings = settings_or_end()
    try:
        book = book_in(settings.books_dir)
    except FaultyBook as fault:
        raise click.ClickException(f"{fault}: `hotline menus check` tells them") from None
    now, plan = SystemClock().now(), plan_of(settings, lambda: book)()
    rota = rota_at(plan, now)
    click.echo(f"On call now ({now.astimezone(ZoneInfo(plan.zone)):%A %H:%M}, {plan.zone}), in this order:")
    for place, one in enumerate(rota.people, 1):
        number = mask_number(one.number)
        click.echo(f"  {place:>2}  {one_line(one.name)}, {number}, by {one.by} in {one.language}")
    if not plan.on_call.people:
        click.echo("Nobody is named: write on-call.toml (docs/operators.md, Who is on call).")
    first, again = plan.on_call.first_after_minutes, plan.on_call.again_after_minutes
    click.echo(f"First after {first} min, the same person again after {again} min at the soonest.")
