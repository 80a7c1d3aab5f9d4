"""Reads what the command line says into the settings of an exchange; what is wrong is told in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, cast, get_args

import click

from exchange.mishaps import Chance, Mishap, Mishaps, mishap_kind
from exchange.post import Deliver, UnkindPost, deliver_at_once
from exchange.settings import Account, Copies, Fate, NumberSettings, Outcome, Person, Place
from exchange.surface.settings import Caller, SurfaceSettings
from exchange.switchboard import Settings

_CALLER_WORDS = ("language", "account", "pin")
_CALLBACK_WORDS = ("lost", "repeated", "late")


def settings_of(options: Mapping[str, Any]) -> Settings:
    """The settings. Raises click.UsageError."""
    keys = {options["api_key_sid"]: options["api_key_secret"]} if options["api_key_sid"] else {}
    status, fallback = options["status_url"], options["fallback_url"]
    told = dict(_pairs(options["statuses"]))
    numbers = {
        number: NumberSettings(url, told.get(number, status), fallback, stir_verstat=options["stir_verstat"])
        for number, url in _pairs(options["numbers"])
    }
    return Settings(
        account=Account(options["account_sid"], options["auth_token"], keys),
        numbers=numbers,
        people={number: _person(outcome) for number, outcome in _pairs(options["people"])},
        places={number: _place(parts) for number, parts in _pairs(options["places"])},
        speed=options["speed"],
        tape_path=options["tape"],
        mishaps=Mishaps(_chances(options["chances"]), options["seed"]),
        list_delay=options["list_delay"],
        texts={number: _fate(told) for number, told in _pairs(options["texts"])},
        copies=Copies(
            options["repeat_every_request"], options["overlap"], options["copy_chance"], options["seed"]
        ),
        deliver=_post(options["callbacks"], options["seed"]),
        surface=_surface(options, numbers),
    )


def _surface(options: Mapping[str, Any], numbers: Mapping[str, NumberSettings]) -> SurfaceSettings:
    names, inside = dict(_pairs(options["names"])), dict(_pairs(options["inside"]))
    statuses = dict(_pairs(options["statuses"]))
    if strange := sorted({*names, *inside, *statuses} - set(numbers)):
        raise click.UsageError(f"{', '.join(strange)}: no --number says where that leads")
    if inside and not options["inside_token"]:
        raise click.UsageError("--inside needs EXCHANGE_INSIDE_TOKEN, which the other side checks")
    return SurfaceSettings(
        callers=tuple(_caller(number, told) for number, told in _pairs(options["callers"])),
        names=names,
        inside=inside,
        inside_token=options["inside_token"],
        languages=tuple(one.strip() for one in options["languages"].split(",") if one.strip()),
        allowed_hosts=tuple(options["hosts"]),
    )


def _pairs(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        number, equals, value = text.partition("=")
        if not (number and equals and value):
            raise click.UsageError(f"{text!r} is not of the form NUMBER=...")
        yield number, value


def _person(outcome: str) -> Person:
    for known in get_args(Outcome):
        if outcome == known:
            return Person(known)
    raise click.UsageError(f"a person {', '.join(get_args(Outcome))}, not {outcome!r}")


def _fate(told: str) -> Fate:
    for known in get_args(Fate):
        if told == known:
            return cast("Fate", known)
    raise click.UsageError(f"a text is {', '.join(get_args(Fate))}, not {told!r}")


def _chances(texts: Iterable[str]) -> Iterator[Chance]:
    for text in texts:
        what, _, told = text.partition("=")
        told, _, probability = told.partition(":")
        kind, _, seconds = told.partition("/")
        try:
            mishap = Mishap(mishap_kind(kind), float(seconds or Mishap("slow").seconds))
            yield Chance(what, mishap, float(probability))
        except ValueError as wrong:
            raise click.UsageError(f"{text!r} is not WHAT=MISHAP[/SECONDS]:CHANCE ({wrong})") from wrong


def _post(told: str, seed: int) -> Deliver:
    if not told:
        return deliver_at_once
    chances = dict(part.partition("=")[::2] for part in told.split(","))
    shown = ",".join(f"{word}=0.1" for word in _CALLBACK_WORDS)
    if strange := sorted(chances.keys() - set(_CALLBACK_WORDS)):
        raise click.UsageError(f"callbacks are {shown}, not {', '.join(strange)}")
    try:
        return UnkindPost(**{word: float(chance) for word, chance in chances.items()}, seed=seed)
    except ValueError as wrong:
        raise click.UsageError(f"{told!r} is not {shown} ({wrong})") from wrong


def _place(parts: str) -> Place:
    told = [part.strip() for part in parts.split(",")]
    if len(told) > len(fields(Place)):
        raise click.UsageError(f"a place is CITY,STATE,ZIP,COUNTRY, not {parts!r}")
    return Place(*told)


def _caller(number: str, told: str) -> Caller:
    name, *parts = told.split(";")
    known = dict(part.split("=", 1) for part in parts if "=" in part)
    if len(known) != len(parts) or known.keys() - set(_CALLER_WORDS):
        # The PIN of an invented customer is no secret, and yet no habit to print.
        raise click.UsageError(f"the caller {number} is NUMBER=NAME;language=...;account=...;pin=...")
    return Caller(number, name, **known)
