"""The examples of docs/menus.md, as books that can be loaded and calls that can be made."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "menus.md"
_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^\[[^\n]*\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """One kind of node on the page: its nodes, its words, and a call."""

    kind: str
    nodes: str
    words: str
    call: str

    @property
    def first(self) -> str:
        """The node a call of this example begins with."""
        found = re.search(r"^\[nodes\.([a-z-]+)\]", self.nodes, re.MULTILINE)
        assert found, self.kind
        return found[1]


def small_book() -> dict[str, str]:
    """The files of the smallest book, by name."""
    return {info.split()[1]: body for info, body in fences_of(PAGE.read_text()) if ".toml" in info}


def small_call() -> str:
    return next(body for info, body in fences_of(PAGE.read_text()) if info == "call small")


def more_hours() -> str:
    return next(body for info, body in fences_of(PAGE.read_text()) if info == "toml hours")


def on_call_file() -> str:
    return next(body for info, body in fences_of(PAGE.read_text()) if info == "toml on-call")


def examples() -> list[Example]:
    """Every section `### kind: ...` that has an example."""
    found = []
    for section in re.split(r"^### ", PAGE.read_text(), flags=re.MULTILINE)[1:]:
        blocks = dict(fences_of(section))
        found.append(
            Example(section.split(":")[0], blocks["toml book"], blocks["toml words"], blocks["call"])
        )
    return found


def book_of(example: Example) -> dict[str, str]:
    """The small book with the nodes and words of an example, its calls beginning there."""
    files = small_book()
    started = files["small.toml"].replace('start = "main"', f'start = "{example.first}"')
    if 'kind = "verify"' in example.nodes:
        started = started.replace('verification = "goodbye"', 'verification = "verify"')
    files["small.toml"] = merged(started, example.nodes)
    files["small.en.toml"] = merged(files["small.en.toml"], example.words)
    return files


def merged(text: str, added: str) -> str:
    """Both texts as one TOML: what is added under a heading that is there joins it."""
    tables = dict(_tables(text))
    for heading, lines in _tables(added):
        known = heading in tables and not heading.startswith("[[")
        tables[heading] = (tables[heading].rstrip() + "\n" + lines.lstrip("\n")) if known else lines
    return "\n".join(f"{heading}{lines}" for heading, lines in tables.items())


def _tables(text: str) -> Iterator[tuple[str, str]]:
    starts = [found.start() for found in _HEADING.finditer(text)]
    yield "", text[: starts[0]] if starts else text
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        heading = _HEADING.match(text, start)
        assert heading
        yield heading.group(), text[heading.end() : end]


def fences_of(text: str) -> Iterator[tuple[str, str]]:
    """Each fenced block: what stands behind its opening, and its lines."""
    for fence in _FENCE.finditer(text):
        yield fence["info"].strip(), fence["body"]


def every_kind() -> dict[str, str]:
    """One book with all examples of the page: questions lead from each to the next."""
    files = small_book()
    found = examples()
    nodes, words = "", ""
    for number, example in enumerate(found):
        onward = f"way-{number + 1}" if number + 1 < len(found) else "main"
        nodes += f'[nodes.way-{number}]\nkind = "yes-no"\nyes = "{example.first}"\nno = "{onward}"\n'
        words += f'[prompts.way-{number}]\nsay = "For {example.kind} press 1, else 2."\n'
    book = files["small.toml"].replace('start = "main"', 'start = "way-0"')
    files["small.toml"] = merged(book.replace('verification = "goodbye"', 'verification = "verify"'), nodes)
    files["small.en.toml"] = merged(files["small.en.toml"], words)
    for example in found:
        files["small.toml"] = merged(files["small.toml"], example.nodes)
        files["small.en.toml"] = merged(files["small.en.toml"], example.words)
    return files
