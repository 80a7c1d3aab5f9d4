"""Figures as a table that can be read in a terminal, put into a document, and kept as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[1] / "results"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as they are read; its file has its name."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        """In Markdown, its columns as wide as they must be."""
        lines = [self.heads, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.heads))]
        told = [
            "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
            for line in lines
        ]
        told.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
        return "\n".join(told)

    def keep(self, beside: Mapping[str, object]) -> None:
        """As a file, with what stands beside it; the newest of a name stays."""
        RESULTS.mkdir(exist_ok=True)
        written = json.dumps({**beside, **asdict(self)}, ensure_ascii=False, indent=2)
        (RESULTS / f"hearing-{self.name}.json").write_text(written + "\n", "utf-8")


def share(part: float, whole: float) -> str:
    """In per cent with one decimal."""
    return f"{100 * part / whole:.1f} %" if whole else "-"
