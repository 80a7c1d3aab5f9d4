"""How the picture looks: colours by kind of node, in light and in dark, as CSS inside the picture."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# By kind of node: a hue. Kinds that do alike share one; each box says its kind in words as well.
HUES: Mapping[str, str] = MappingProxyType(
    {
        "message": "says",
        "announcement": "says",
        "menu": "asks",
        "yes-no": "asks",
        "language": "asks",
        "agreement": "asks",
        "survey": "asks",
        "diagnose": "asks",
        "digits": "types",
        "verify": "types",
        "ticket-state": "types",
        "ticket": "keeps",
        "record": "keeps",
        "hours": "parts",
        "transfer": "rings",
        "goodbye": "ends",
    }
)
ELSE = "says"

# What the kinds of a hue do, for the legend; then ground and rim in light, ground and rim in dark.
COLOURS: Mapping[str, tuple[str, str, str, str, str]] = MappingProxyType(
    {
        "says": ("says something", "#ffffff", "#6b7280", "#1f2430", "#9aa3b2"),
        "asks": ("asks for one key", "#e8f1fd", "#1d5fbf", "#16263f", "#7db1f5"),
        "types": ("asks for a number", "#f1eafd", "#6b3fc0", "#2a2140", "#b79bf2"),
        "keeps": ("keeps something: a ticket, a message", "#e6f6ec", "#1c7a43", "#15301f", "#74cf97"),
        "parts": ("looks at the opening hours", "#fff6d9", "#8a6100", "#332a10", "#e0b64a"),
        "rings": ("rings a person", "#fdeee2", "#b4500f", "#3a2416", "#f0a36b"),
        "ends": ("ends the call", "#e9e9ec", "#3a3f4a", "#2b2d33", "#c3c8d2"),
    }
)

FONT = '"Noto Sans", "Helvetica Neue", Arial, "Noto Sans CJK SC", "DejaVu Sans", sans-serif'

_FIXED = """
.book { background: var(--paper); font-family: FONT; }
.book text { fill: var(--ink); font-size: 12px; }
.book .paper { fill: var(--paper); }
.room .panel { fill: var(--floor); stroke: var(--rim); }
.book .heading { font-size: 19px; font-weight: 700; }
.book .title { font-size: 36px; font-weight: 700; }
.book .how, .book .told { font-size: 15px; }
.book .name { font-size: 14px; font-weight: 700; }
.book .kind, .book .from, .book .quiet { font-size: 10.5px; fill: var(--soft); }
.book .row { font-size: 11.5px; }
.book .row .key { font-weight: 700; }
.book .row .to { fill: var(--port); }
.book .row.aside, .book .row.aside .to { fill: var(--soft); }
.node .box, .swatch .box { fill: var(--ground); stroke: var(--rim-of-kind); stroke-width: 1.5; }
.node .stripe, .swatch .stripe { fill: var(--rim-of-kind); }
.node .tick { display: none; font-size: 15px; font-weight: 700; }
.way path { fill: none; stroke: var(--line); stroke-width: 1.4; }
.way .head { fill: var(--line); stroke: none; }
.way.aside path { stroke-dasharray: 4 4; stroke-width: 1; }
.way .label { fill: var(--floor); }
.way text { font-size: 11px; font-weight: 700; text-anchor: middle; }
.way.aside text { font-weight: 400; fill: var(--soft); }
.node.passed .box { stroke-dasharray: 6 4; }
.node.passed .tick { display: inline; }
.node.passed { opacity: .72; }
.node.now .box { fill: var(--now); stroke: var(--now-rim); stroke-width: 5; }
.node.now { opacity: 1; }
"""

_LIGHT = {
    "paper": "#ffffff",
    "floor": "#f6f7f9",
    "rim": "#d3d7de",
    "ink": "#15181d",
    "soft": "#555c68",
    "line": "#59616f",
    "port": "#0b4a9c",
    "now": "#ffe566",
    "now-rim": "#c2410c",
}
_DARK = {
    "paper": "#101318",
    "floor": "#171b22",
    "rim": "#39414f",
    "ink": "#eef1f5",
    "soft": "#b0b8c5",
    "line": "#a2acbb",
    "port": "#9cc5ff",
    "now": "#6b4a00",
    "now-rim": "#ffb020",
}


def css() -> str:
    """The style of a picture; a page may set the same custom properties otherwise."""
    light, dark = _properties(_LIGHT, 0), _properties(_DARK, 2)
    kinds = "".join(
        f".kind-{kind} {{ --ground: var(--{hue}); --rim-of-kind: var(--{hue}-rim); }}\n"
        for kind, hue in HUES.items()
    )
    fallback = f".node {{ --ground: var(--{ELSE}); --rim-of-kind: var(--{ELSE}-rim); }}\n"
    night = f"@media (prefers-color-scheme: dark) {{\n.book {{ {dark} }}\n}}\n"
    return f"\n.book {{ {light} }}\n{night}{fallback}{kinds}{_FIXED.replace('FONT', FONT).lstrip()}"


def _properties(plain: Mapping[str, str], shade: int) -> str:
    hues = {
        name: value
        for hue, (_, *colours) in COLOURS.items()
        for name, value in ((hue, colours[shade]), (f"{hue}-rim", colours[shade + 1]))
    }
    return " ".join(f"--{name}: {value};" for name, value in {**plain, **hues}.items())
