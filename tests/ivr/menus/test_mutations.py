"""Whatever is changed in a good book, the loader tells it: no crash, and no seeded fault is missed."""

import copy
import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.menus.faults import MenuFault
from ivr.menus.lint.ways import WAYS
from ivr.menus.loader import judge
from tests.ivr.menus.menu_docs import every_kind
from tests.makers import write_book

TEXTS = every_kind()
GOOD = {name: tomllib.loads(text) for name, text in TEXTS.items()}
TARGETS = {field for fields in WAYS.values() for field in fields} | {"to", "yes", "no", "start", "give_up"}
COMMON = GOOD["small.en.toml"]["common"]["parts"]

Files = dict[str, dict[str, Any]]
Steps = tuple[str, ...]


def toml(table: dict[str, Any], above: Steps = ()) -> str:
    """A table as TOML, each table under its heading."""
    plain = {name: value for name, value in table.items() if not isinstance(value, dict)}
    lines = [f"{json.dumps(name)} = {_value(value)}" for name, value in plain.items()]
    if above:
        lines.insert(0, "[" + ".".join(json.dumps(step) for step in above) + "]")
    below = [toml(value, (*above, name)) for name, value in table.items() if isinstance(value, dict)]
    return "\n".join([*lines, "", *below])


def _value(value: object) -> str:
    match value:
        case dict():
            return "{ " + ", ".join(f"{name} = {_value(one)}" for name, one in value.items()) + " }"
        case list():
            return "[" + ", ".join(_value(one) for one in value) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def leaves(table: dict[str, Any], above: Steps = ()) -> Iterator[Steps]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, (*above, name))
        else:
            yield (*above, name)


def inside(table: dict[str, Any], steps: Steps) -> dict[str, Any]:
    for step in steps:
        table = table[step]
    return table


def faults(folder: Path, files: Files) -> tuple[MenuFault, ...]:
    return judge(write_book(folder, {name: toml(table) for name, table in files.items()})).faults


BOOK = GOOD["small.toml"]
WORDS = GOOD["small.en.toml"]
TARGET_LEAVES = [steps for steps in leaves(BOOK) if steps[-1] in TARGETS and steps[0] != "topics"]
WORD_LEAVES = [
    steps
    for steps in leaves(WORDS)
    if steps[0] in ("prompts", "topics", "states") and not (steps[-2] == "parts" and steps[-1] in COMMON)
]
SPOKEN_BY_CHOICES = ("main", "about", "try-it", "lost-card")
MENUS = [name for name, node in BOOK["nodes"].items() if node["kind"] == "menu"]
TABLES = sorted({steps[:-1] for steps in leaves(BOOK) if steps[0] in ("nodes", "everywhere", "calling")})

# A change of the good book, and the rule and the words of the fault that it seeds.
Seeded = tuple[Files, str, str]


def drop_a_node(draw: st.DrawFn, files: Files) -> Seeded:
    name = draw(st.sampled_from(sorted(BOOK["nodes"])))
    del files["small.toml"]["nodes"][name]
    return files, "unknown-target", repr(name)


def rename_a_target(draw: st.DrawFn, files: Files) -> Seeded:
    steps = draw(st.sampled_from(TARGET_LEAVES))
    inside(files["small.toml"], steps[:-1])[steps[-1]] = "nowhere"
    return files, "unknown-target", "'nowhere'"


def double_a_key(draw: st.DrawFn, files: Files) -> Seeded:
    menu = draw(st.sampled_from(MENUS))
    one, other = draw(st.permutations(sorted(BOOK["nodes"][menu]["choices"])))[:2]
    choices = files["small.toml"]["nodes"][menu]["choices"]
    choices[one]["key"] = choices[other]["key"]
    return files, "clashing-keys", "is both"


def drop_a_wording(draw: st.DrawFn, files: Files) -> Seeded:
    steps = draw(st.sampled_from(WORD_LEAVES).filter(lambda one: one[-2] not in SPOKEN_BY_CHOICES))
    del inside(files["small.en.toml"], steps[:-1])[steps[-1]]
    return files, "missing-wording", "no words"


def misspell_a_field(draw: st.DrawFn, files: Files) -> Seeded:
    steps = draw(st.sampled_from([table for table in TABLES if table[-1] not in ("choices", "set")]))
    inside(files["small.toml"], steps)["kinds-of"] = "x"
    return files, "unknown-field", "'kinds-of'"


def change_a_type(draw: st.DrawFn, files: Files) -> Seeded:
    steps = draw(st.sampled_from([steps for steps in leaves(BOOK) if steps[-1] != "kind"]))
    inside(files["small.toml"], steps[:-1])[steps[-1]] = 1.5
    return files, "schema", "1.5"


SEEDS: list[Callable[[st.DrawFn, Files], Seeded]] = [
    drop_a_node,
    rename_a_target,
    double_a_key,
    drop_a_wording,
    misspell_a_field,
    change_a_type,
]


@st.composite
def seeded(draw: st.DrawFn, seed: Callable[[st.DrawFn, Files], Seeded]) -> Seeded:
    return seed(draw, copy.deepcopy(GOOD))


@st.composite
def seeded_many(draw: st.DrawFn) -> Files:
    files = copy.deepcopy(GOOD)
    for seed in draw(st.lists(st.sampled_from(SEEDS), min_size=2, max_size=4)):
        try:
            files, _, _ = seed(draw, files)
        except (KeyError, TypeError):
            continue  # what it would change has gone with an earlier change
    return files


def test_the_good_book_is_good(tmp_path: Path) -> None:
    assert [str(fault) for fault in faults(tmp_path, GOOD)] == []


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.__name__)
@given(chosen=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_seeded_fault_is_always_found(
    seed: Callable[[st.DrawFn, Files], Seeded], chosen: st.DataObject, tmp_path: Path
) -> None:
    files, rule, said = chosen.draw(seeded(seed))
    found = faults(tmp_path, files)
    assert any(fault.rule == rule and said in str(fault) for fault in found), [str(one) for one in found]


@given(files=seeded_many())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_changes_at_once_never_crash(files: Files, tmp_path: Path) -> None:
    assert faults(tmp_path, files)


@given(
    name=st.sampled_from(sorted(GOOD)),
    place=st.floats(0, 1),
    length=st.integers(0, 40),
    put=st.one_of(
        st.text(max_size=8),
        st.sampled_from(["[", "]", '"', "'''", "{", "}", "=", "\n", "[[a]]\n", "a.b=1\n"]),
    ),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_slip_of_the_hand_never_crashes_the_loader(
    name: str, place: float, length: int, put: str, tmp_path: Path
) -> None:
    files = dict(TEXTS)
    start = int(place * len(files[name]))
    files[name] = files[name][:start] + put + files[name][start + length :]
    write_book(tmp_path, dict.fromkeys(files, ""))
    for one, text in files.items():
        (tmp_path / one).write_bytes(text.encode("utf-8", "surrogatepass"))
    judged = judge(tmp_path)
    assert judged.book is not None or judged.faults
