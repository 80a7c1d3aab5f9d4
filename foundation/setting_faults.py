"""What can be wrong with the settings, said so that whoever reads it can cure it."""

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from foundation.development import DEMO_SECRETS

SHORTEST_SECRET_KEY = 32  # characters, of the key and of every token that we make ourselves
OURS = ("SECRET_KEY", "METRICS_TOKEN")
NEAR = 0.8  # how alike two names are (0 to 1) for "did you mean"


def in_words(name: str, error: Mapping[str, Any], *, has_file: bool) -> str:
    """One fault that the model found, as `NAME: what is wrong; cure`; the value itself is never repeated."""
    bounds = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"{name}: is missing; set {name}{f' or {name}_FILE' if has_file else ''}"
        case "literal_error":
            return f"{name}: is none of {bounds['expected']}; write one of them"
        case "int_parsing" | "int_type" | "int_from_float":
            return f"{name}: is not a whole number; write digits alone"
        case "greater_than_equal":
            return f"{name}: is too small; write {bounds['ge']} or more"
        case "less_than_equal":
            return f"{name}: is too large; write {bounds['le']} or less"
        case _:
            return f"{name}: {str(error['msg']).removeprefix('Value error, ')}"


def unfit_for_production(values: Mapping[str, str]) -> list[str]:
    """What a laptop may do and a service must not."""
    faults = [
        f"{name}: is a demo value that everybody knows; set one of your own"
        for name, value in values.items()
        if value in DEMO_SECRETS
    ]
    if values.get("PUBLIC_URL", "").lower().startswith("http:"):
        faults.append("PUBLIC_URL: is http, so calls could be read and forged; write https://HOST")
    if values.get("MEDIA_URL", "").lower().startswith("ws:"):
        faults.append("MEDIA_URL: is ws, so callers could be listened to; write wss://HOST")
    cure = "make one with `openssl rand -hex 32`"
    short = [name for name in OURS if 0 < len(values.get(name, "")) < SHORTEST_SECRET_KEY]
    return faults + [f"{name}: is shorter than {SHORTEST_SECRET_KEY} characters; {cure}" for name in short]


def misspelt(environ: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Variables that look like ours and are not, each with the setting that was probably meant."""
    lines = []
    for name in sorted(set(environ) - set(known)):
        near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=NEAR)
        if near:
            lines.append(f"{name}: is not a setting; did you mean {near[0]}?")
        elif name.startswith("HOTLINE_"):
            lines.append(f"{name}: is not a setting; docs/settings.md names them all")
    return tuple(lines)
