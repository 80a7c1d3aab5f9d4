"""Every key of a TOML text is found on its line, however it is laid out."""

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.menus.faults import Path
from ivr.menus.toml_places import DEEPEST, TooMuch, line_of, places

ODD = """
# a comment with [brackets] and = signs
a.b.c = 1
"quoted key".'literal' = { x = [1, [2, 3]], "y z" = { deep = true } } # after
text = \"\"\"
[not.a.header]
not = "a key" \\
\"\"\"
literal = '''
x = 'y' '' ''''
dates = [
    1979-05-27 07:32:00, # a blank inside
    1979-05-27T00:32:00-07:00,
    07:32:00,
]
[nodes.main.choices.pay] # three tables at once
key = "1"
[ nodes . other ]
[[checks]]
name = "one"
[checks.more]
seconds = 5
[[checks]]
name = "two"
[[checks.parts]]
words = "w"
"""


def paths(table: object, above: Path = ()) -> Iterator[Path]:
    steps = table.items() if isinstance(table, dict) else enumerate(table) if isinstance(table, list) else ()
    for step, below in steps:
        yield (*above, step)
        yield from paths(below, (*above, step))


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_odd_layouts_are_read_as_tomllib_reads_them(ends: str) -> None:
    text = ODD.replace("\n", ends)
    found = places(text)
    assert set(found) == set(paths(tomllib.loads(text)))
    assert {path: found[path] for path in [("a", "b", "c"), ("quoted key", "literal", "x", 1, 1)]} == {
        ("a", "b", "c"): 3,
        ("quoted key", "literal", "x", 1, 1): 4,
    }
    assert found["text",] == 5
    assert found["literal",] == 9
    assert found["dates", 2] == 14
    assert found["nodes", "main", "choices", "pay"] == 16
    assert found["nodes", "other"] == 18
    assert found["checks", 0, "more", "seconds"] == 22
    assert found["checks", 1, "parts", 0, "words"] == 26


def test_a_missing_field_is_on_the_line_of_its_table() -> None:
    found = places('a = 1\n[nodes.main]\nkind = "menu"\n')
    assert line_of(found, ("nodes", "main", "next")) == 2
    assert line_of(found, ("missing",)) == 1


def test_a_table_that_is_opened_after_its_parts_has_its_own_line() -> None:
    found = places("[a.b]\nx = 1\n[a]\ny = 2\n")
    assert (found["a",], found["a", "b"]) == (3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 10_000,
        ".".join("a" * 100_000) + " = 1",
        "a = " + "{b = " * 5_000,
        "[" + "a." * 50_000 + "b]",
    ],
)
def test_nesting_beyond_any_book_is_refused_at_once(text: str) -> None:
    with pytest.raises(TooMuch):
        places(text)


def test_the_deepest_nesting_is_still_read() -> None:
    text = "[" + ".".join("k" * DEEPEST) + "]"
    assert len(places(text)) == DEEPEST


@given(st.text("ab.=[]{}\"'\n\\# 1,-", max_size=60))
def test_whatever_tomllib_reads_is_placed_and_the_rest_never_fails(text: str) -> None:
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError):
        places(text)
    else:
        assert set(places(text)) == set(paths(table))


KEYS = st.sampled_from(["a", "b-c", "9", '"q k"', "'l.k'", '"\\u0041"'])
SCALARS = st.sampled_from(
    ["1", "true", '"t"', "'t'", '"""x\ny"""', "'''\nx'''", "1979-05-27 07:32:00", '""', "-1.5e3"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda some: "[ # begins\n" + ",\n".join(some) + " ]"),
        st.dictionaries(KEYS, inner.filter(lambda one: "\n" not in one), max_size=2).map(
            lambda table: "{ " + ", ".join(f"{key} = {value}" for key, value in table.items()) + " }"
        ),
    ),
    max_leaves=5,
)


@given(
    st.lists(st.tuples(st.sampled_from(["", "[t.{}]", "[[n]]", "[n.{}]"]), KEYS, KEYS, VALUES), max_size=6)
)
def test_generated_layouts_are_placed(rows: list[tuple[str, str, str, str]]) -> None:
    text = "".join(f"{head.format(one)}\n{two}.x = {value}\n" for head, one, two, value in rows)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        places(text)
        return
    found = places(text)
    assert set(found) == set(paths(table))
    lines = text.split("\n")
    for path in found:
        if path[-1] == "x":
            assert ".x =" in lines[found[path] - 1] or "x = " in lines[found[path] - 1]
