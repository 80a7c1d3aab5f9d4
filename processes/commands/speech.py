"""`hotline speech`: which language is heard by what, and the models of Vosk: list them, install, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from speech.models.install import Order
    from speech.models.installed import Model

BROKEN = 1


@click.group()
def speech() -> None:
    """What hears callers: recognisers, and the models that Vosk needs."""


@speech.command("list")
def list_() -> None:
    """Show which language is heard by what, which models are here, and which can be installed."""
    from processes.commands.configured import set_or_usual
    from processes.commands.named_books import books_dir
    from processes.hearing import choices_of, languages_in
    from speech.models.catalogue import PUBLISHED
    from speech.models.installed import models_in

    settings = set_or_usual()
    folder = settings.speech_models
    click.echo("The languages of the book are heard")
    for one in choices_of(languages_in(books_dir()), settings):
        better = f"; better: {one.cure}" if one.cure else ""
        click.echo(f"  {one}{better}")
    click.echo(f"\nModels in {folder}:")
    for model in models_in(folder):
        click.echo(f"  {model.language:<4} {model.name:<36} {model.fault or 'whole'}")
    click.echo("\nThe makers' models that are installed by their language:")
    for known in PUBLISHED:
        click.echo(f"  {known.language:<4} {known.name:<36} {known.size / 1e6:4.0f} MB")
    click.echo("Others: `hotline speech install LANG --model NAME` or `--from PLACE`.")


@speech.command()
@click.argument("language", metavar="LANG")
@click.option("--model", "name", help="A model by its makers' name, such as vosk-model-en-us-0.22-lgraph.")
@click.option("--from", "source", help="Instead: a folder, a zip or tar archive, or an https address.")
@click.option("--sha256", help="What the archive's checksum must be, if you know it.")
def install(language: str, name: str | None, source: str | None, sha256: str | None) -> None:
    """Install the model of a language (en, zh, ko, ...), in the place of the one before.

    Without --model and --from it is the small one of Vosk's makers. A download that was cut goes on where it
    was. Returns 1, and changes nothing, if it cannot be installed.
    """
    from processes.hearing import proven
    from speech.models.faults import ModelFault
    from speech.models.install import install as put_in_place

    order = _order(language, name, source, sha256)
    click.echo(f"{order.source} ...")
    with click.progressbar(length=1, label=order.name, show_pos=False) as bar:

        def show(here: int, whole: int) -> None:
            bar.length = whole or here
            bar.update(here - bar.pos)

        try:
            model = put_in_place(order, show, proven)
        except ModelFault as fault:
            raise click.ClickException(str(fault)) from None
    click.echo(f"{language} is {model.name} in {model.folder}")
    click.echo("one that runs hears with what it has loaded: restart the `speech` process")


@speech.command()
def check() -> None:
    """Load every model in SPEECH_MODELS once, and those of Python's packages for the book's languages.

    Each is loaded by a process of its own, which takes some seconds. Returns 1 if one cannot be used.
    """
    from processes.commands.configured import set_or_usual
    from processes.commands.named_books import books_dir
    from processes.hearing import languages_in
    from speech.models.installed import model_of, models_in

    folder = set_or_usual().speech_models
    found = {model.language: model for model in models_in(folder)}
    for language in languages_in(books_dir()):
        model = model_of(language, folder)
        if model is not None:
            found.setdefault(language, model)
    if not found:
        click.echo(f"no model in {folder}; `hotline speech list` says what can be installed")
    broken = [model for model in found.values() if _is_broken(model)]
    if broken:
        raise SystemExit(BROKEN)


def _is_broken(model: Model) -> bool:
    """Whether a model cannot be used, and say so."""
    from processes.hearing import proven
    from speech.models.faults import ModelFault

    fault = model.fault
    try:
        if fault is None:
            proven(model.folder)
    except ModelFault as found:
        fault = str(found)
    click.echo(f"{'broken' if fault else 'ok':<7} {model.language} {model.name}, {model.folder}")
    if fault:
        click.echo(f"        {fault}; cure: `hotline speech install {model.language}`")
    return fault is not None


def _order(language: str, name: str | None, source: str | None, sha256: str | None) -> Order:
    from processes.commands.configured import set_or_usual
    from speech.models.catalogue import address_of, is_language, is_name, of_name, published
    from speech.models.install import Order

    if not is_language(language):
        raise click.ClickException(f"{language!r} is no language; write its code of two letters, such as en")
    if name and source:
        raise click.ClickException("say either --model or --from")
    known = of_name(name) if name else None if source else published(language)
    if known is None and not name and not source:
        raise click.ClickException(
            f"the makers have no small model of {language}; `hotline speech list` shows those there are, "
            "--from takes one of your own"
        )
    called = name or (known.name if known else _name_of(str(source)))
    if not is_name(called):
        raise click.ClickException(f"{called!r} is no name of a model; write it as its makers do")
    if sha256 and len(sha256) != len("0" * 64):
        raise click.ClickException("a SHA-256 has 64 characters of 0-9, a-f")
    wanted = (sha256 or "").lower() or (known.sha256 if known else None)
    return Order(language, called, source or address_of(called), set_or_usual().speech_models, wanted)


def _name_of(source: str) -> str:
    """The name of a model by its place; packages of Python keep theirs in a folder called `model`."""
    place = Path(source)
    return place.absolute().parent.name if place.name == "model" else place.stem
