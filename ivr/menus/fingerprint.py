"""The version of a book: what it says, as one hash, whatever the order in which its files say it."""

from __future__ import annotations

import hashlib
import json

from ivr.menus.model import MenuBook

SHORT = 12  # characters that tell people one version from another


def version_of(book: MenuBook) -> str:
    """SHA-256 over the content of a book, 64 hexadecimal digits.

    Comments, blank lines and the order of tables do not count. The order of languages, checks and choices
    does: it is the order in which callers hear them.
    """
    content = book.model_dump(mode="json", exclude={"version"})
    for node in content["nodes"].values():
        if "choices" in node:
            node["choices"] = list(node["choices"].items())
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def short(version: str) -> str:
    """A version for people."""
    return version[:SHORT]
