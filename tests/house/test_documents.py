"""The documents name every setting, node kind, command and process, and their links lead somewhere."""

import re
import typing
from collections.abc import Iterator

import click
import pytest
from prometheus_client.metrics import MetricWrapperBase

from foundation import metrics
from foundation.settings import NAMES, SECRETS
from ivr.menus.nodes import Node
from processes.commands.main import main
from tests.house.plan import ROOT, kept_files

METRIC = re.compile(r"^\| `(hotline_\w+)` \|", re.MULTILINE)
ROW = re.compile(r"^\| `([A-Z_]+)`( \(secret\))? \|", re.MULTILINE)
KIND = re.compile(r'^kind = "([a-z-]+)"', re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def document(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    rows = [name for name, _ in ROW.findall(document("docs/settings.md"))]
    assert rows == list(NAMES)


def test_the_document_marks_the_secrets_as_such() -> None:
    marked = {name for name, mark in ROW.findall(document("docs/settings.md")) if mark}
    assert marked == set(SECRETS)


def test_the_example_of_settings_names_only_settings() -> None:
    named = re.findall(r"^#? ?([A-Z_]+)=", document(".env.example"), re.MULTILINE)
    assert named
    assert set(named) <= set(NAMES)


def node_kinds() -> set[str]:
    """The kinds of node that the model of the book knows."""
    union, *_ = typing.get_args(Node)
    models = typing.get_args(union)
    hints = [typing.get_type_hints(model)["kind"] for model in models]
    return {kind for hint in hints for kind in typing.get_args(hint)}


def test_every_node_kind_is_documented_with_an_example_and_no_other() -> None:
    assert len(node_kinds()) >= 14
    assert set(KIND.findall(document("docs/menus.md"))) == node_kinds()


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, f"{path} {name}")


def test_every_command_says_what_it_is_for_and_so_does_every_option() -> None:
    silent = []
    for path, command in commands(main, "hotline"):
        silent += [path] if not (command.help or "").strip() else []
        for one in command.params:
            if isinstance(one, click.Option) and not one.help:
                silent.append(f"{path} {one.opts[0]}")
    assert silent == []


def test_every_command_is_documented() -> None:
    told = "\n".join(document(name) for name in kept_files() if name.endswith(".md"))
    paths = [path for path, command in commands(main, "hotline") if not isinstance(command, click.Group)]
    assert [path for path in paths if path not in told] == []


def test_every_process_of_the_procfile_is_named_in_the_documents() -> None:
    told = "\n".join(document(name) for name in kept_files() if name.endswith(".md"))
    names = [line.partition(":")[0] for line in document("Procfile").splitlines() if line]
    assert names[0] == "release"
    assert [name for name in names if f"`{name}`" not in told] == []


def metrics_of_the_house() -> set[str]:
    """The names under which Prometheus finds them."""
    counted = [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
    looked_up = [one.name for one in vars(metrics).values() if isinstance(one, metrics.Look)]
    return {family.name for one in counted for family in one.describe()} | {*looked_up}


def test_every_metric_is_documented_and_every_documented_metric_exists() -> None:
    told = document("docs/running.md")
    rows = METRIC.findall(told)
    assert len(rows) == len(set(rows))
    assert {row.removesuffix("_total") for row in rows} == metrics_of_the_house()
    named = {re.sub(r"_(count|bucket|total)$", "", name) for name in re.findall(r"hotline_[a-z_]+", told)}
    assert named <= metrics_of_the_house()


@pytest.mark.parametrize("name", [name for name in kept_files() if name.endswith(".md")])
def test_a_link_from_one_document_to_another_leads_somewhere(name: str) -> None:
    folder = (ROOT / name).parent
    assert [target for target in LINK.findall(document(name)) if not (folder / target).exists()] == []


ANCHOR = re.compile(r"\]\(([^)\s#:]*)#([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def anchors(name: str) -> set[str]:
    """What the headings of a document can be reached by."""
    headings = HEADING.findall(FENCED.sub("", document(name)))
    bare = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in bare}


@pytest.mark.parametrize("name", [name for name in kept_files() if name.endswith(".md")])
def test_a_link_into_a_document_leads_to_a_heading(name: str) -> None:
    lost = []
    for target, anchor in ANCHOR.findall(FENCED.sub("", document(name))):
        there = ((ROOT / name).parent / target).resolve().relative_to(ROOT) if target else name
        lost += [f"{target}#{anchor}"] if anchor not in anchors(str(there)) else []
    assert lost == []
