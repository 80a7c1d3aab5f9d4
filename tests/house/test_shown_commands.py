"""Every command in the documents exists as it is written there, and every block says whether it is run."""

import subprocess

import click
import pytest

from processes.commands.main import main
from tests.house.fences import READ, RUN, Fence, documents, fences, hotline_commands
from tests.house.plan import ROOT

PROGRAMS = ("hotline", ".venv/bin/", "make ", "python ", "export ", "git ", "sudo ")
DOCUMENTS = documents()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_block_with_commands_says_whether_a_test_runs_it(document: str) -> None:
    unsaid = [
        f"{document}:{fence.line}"
        for fence in fences(document)
        if fence.kind == "" and any(command.startswith(PROGRAMS) for command in fence.commands())
    ]
    assert unsaid == [], f"write ```{RUN} (a test runs it) or ```{READ} (a test reads it)"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_is_shown_is_one_the_hotline_knows(document: str) -> None:
    for place, words in hotline_commands(document):
        understood(words, place)


def understood(words: list[str], place: str) -> None:
    """Walk to the subcommand and let click read the options; values are not looked at."""
    command: click.Command = main
    path = "hotline"
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"{place}: {path} has no {words[0]}"
        command, path, words = found, f"{path} {words[0]}", words[1:]
    context = click.Context(command, info_name=path)
    try:
        command.make_parser(context).parse_args([*words])
    except click.UsageError as fault:
        # A synopsis may leave the value of the last option open.
        raise AssertionError(f"{place}: {fault.format_message()}") from fault


@pytest.mark.parametrize(
    "fence",
    [
        pytest.param(fence, id=f"{fence.document}:{fence.line}")
        for document in DOCUMENTS
        for fence in fences(document)
        if fence.kind in {RUN, READ}
    ],
)
def test_what_is_shown_for_a_shell_is_something_a_shell_can_read(fence: Fence) -> None:
    read = subprocess.run(
        ["bash", "-n"], input=fence.text, capture_output=True, text=True, timeout=10, check=False
    )
    assert read.returncode == 0, f"{fence.document}:{fence.line}: {read.stderr}"


@pytest.mark.parametrize(
    "target",
    sorted(
        {
            command.split()[1]
            for document in DOCUMENTS
            for fence in fences(document)
            if fence.kind in {RUN, READ}
            for command in fence.commands()
            if command.startswith("make ")
        }
    ),
)
def test_every_make_target_that_is_shown_exists(target: str) -> None:
    tried = subprocess.run(
        ["make", "-n", target], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )
    assert tried.returncode == 0, tried.stderr
