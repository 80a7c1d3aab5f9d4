"""Reads the commands that the documents show: fenced blocks, and commands within a line."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from tests.house.plan import ROOT, kept_files

FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:HOTLINE_ENV=\w+ )?(?:\.venv/bin/)?hotline [^`]+)`")
# What may stand after ``` in a document. `sh` is run by a test, `console` is read by one.
RUN, READ = "sh", "console"


@dataclass(frozen=True, slots=True)
class Fence:
    """One fenced block: the document, its line, the word behind the fence, what stands in it."""

    document: str
    line: int
    kind: str
    text: str

    def commands(self) -> Iterator[str]:
        """Its commands, lines that go on joined, comments taken away."""
        for line in self.text.replace("\\\n", " ").splitlines():
            command = line.strip().removeprefix("$ ").strip()
            if command and not command.startswith("#"):
                yield command


def documents() -> list[str]:
    """All documents that are kept."""
    return [name for name in kept_files() if name.endswith(".md")]


def fences(document: str) -> list[Fence]:
    """The fenced blocks of a document, in order."""
    text = (ROOT / document).read_text("utf-8")
    return [
        Fence(document, text.count("\n", 0, found.start()) + 1, found[1].strip(), found[2])
        for found in FENCE.finditer(text)
    ]


def hotline_commands(document: str) -> Iterator[tuple[str, list[str]]]:
    """Every `hotline ...` that a document shows: where, and its words without the name of the program."""
    text = (ROOT / document).read_text("utf-8")
    for found in INLINE.finditer(FENCE.sub("", text)):
        yield f"{document}: {found[1]}", _words(found[1])
    for fence in fences(document):
        if fence.kind in {RUN, READ}:
            for command in fence.commands():
                if re.match(r"(?:\w+=\S* )*(?:sudo (?:-u \w+ )?)?(?:\S*/)?hotline\b", command):
                    yield f"{document}:{fence.line}: {command}", _words(command)


def _words(command: str) -> list[str]:
    """The words after `hotline`; what a synopsis leaves open or optional is taken as it stands."""
    plain = re.split(r"\s[|>&;]\s?|\s#\s", command.split(" ... ", maxsplit=1)[0])[0]
    words = shlex.split(re.sub(r"[\[\]]", "", plain).replace("...", ""))
    start = next(place for place, word in enumerate(words) if word.rpartition("/")[2] == "hotline")
    return words[start + 1 :]
