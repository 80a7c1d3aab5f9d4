"""The picture of a book: every node and every way is in it, and a browser can read it."""

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from foundation.settings import LIBRARY
from ivr.menus.drawing import draw
from ivr.menus.loader import NODES_AT_MOST, load
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Goodbye, Menu, Message
from ivr.menus.picture.exits import exits
from ivr.menus.picture.panels import LINES_TO_ONE
from ivr.menus.wording import Prompt
from tests.makers import book_files, write_book
from tests.shipped import BOOK as SHIPPED

SVG = "{http://www.w3.org/2000/svg}"
LONGEST = 10.0  # seconds of work for the largest book; it takes about one here


def small(tmp_path: Path, **changed: Any) -> MenuBook:  # noqa: ANN401  # as book_files takes them
    return load(write_book(tmp_path / "book", book_files(**changed)))


def picture(book: MenuBook) -> Element:
    found: Element = fromstring(draw(book))
    return found


def nodes(svg: Element) -> dict[str, Element]:
    groups = (one for one in svg.iter(f"{SVG}g") if "node" in one.get("class", "").split())
    return {one.get("id", "").removeprefix("node-"): one for one in groups}


def words_of(one: Element) -> str:
    return " ".join("".join(text.itertext()) for text in one.iter(f"{SVG}text"))


# --- what is in it ---


def test_every_node_stands_in_the_picture_once_with_its_kind_and_its_whole_wording() -> None:
    found = nodes(picture(SHIPPED))
    assert sorted(found) == sorted(SHIPPED.nodes)
    for name, one in found.items():
        kind = SHIPPED.nodes[name].kind
        assert one.get("class") == f"node kind-{kind}"
        assert words_of(one).startswith(("✓ " + name, "✓ " + name[:20]))
        assert kind in words_of(one)
    title = found["main"].findtext(f"{SVG}title") or ""
    assert title.startswith("main (menu)\nWhat is it about?\nFor payments, top-ups and withdrawals, press 1.")


def test_every_way_can_be_followed_by_a_line_or_by_the_name_in_the_box() -> None:
    svg = picture(SHIPPED)
    drawn = {(one.get("data-from"), one.get("data-to")) for one in svg.iter(f"{SVG}g")}
    lost = [
        (name, one.to)
        for name, group in nodes(svg).items()
        for one in exits(SHIPPED, SHIPPED.nodes[name])
        if (name, one.to) not in drawn and f"→ {one.to}"[:24] not in words_of(group)
    ]
    assert lost == []


def test_the_keys_that_work_everywhere_are_told_once() -> None:
    told = [text for one in picture(SHIPPED).iter(f"{SVG}text") if (text := one.text or "")]
    (line,) = [text for text in told if text.startswith("In every question:")]
    assert "0 → person" in line
    assert "9 → stop-my-money" in line
    assert "* goes back" in line
    assert "# says it again" in line


def test_a_picture_can_be_read_aloud_and_runs_nothing() -> None:
    text = draw(SHIPPED)
    svg: Element = fromstring(text)
    assert svg.get("role") == "img"
    labels = (svg.get("aria-labelledby") or "").split()
    assert [one.tag for one in svg if one.get("id") in labels] == [f"{SVG}title", f"{SVG}desc"]
    assert f"{len(SHIPPED.nodes)} nodes" in (svg.findtext(f"{SVG}desc") or "")
    assert not re.search(r"<script|<foreignObject|\bon[a-z]+=|href=|url\(|@import", text)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


# --- any book ---


def test_the_same_book_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "from foundation.settings import LIBRARY; from ivr.menus.loader import load;"
        "from ivr.menus.drawing import draw; import sys; sys.stdout.write(draw(load(LIBRARY)))"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        timeout=30,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": str(LIBRARY.parents[2]), "PATH": ""},
    )
    assert other.stdout.decode() == draw(SHIPPED)


def test_the_smallest_books_are_drawn(tmp_path: Path) -> None:
    assert set(nodes(picture(small(tmp_path)))) == {"main", "address", "person", "goodbye"}
    lonely = small(tmp_path).model_copy(
        update={
            "nodes": {"goodbye": Goodbye(kind="goodbye")},
            "start": "goodbye",
            "give_up": "goodbye",
            "verification": "goodbye",
        }
    )
    assert set(nodes(picture(lonely))) == {"goodbye"}


def test_ways_to_nowhere_and_nodes_that_nobody_reaches_are_drawn_too(tmp_path: Path) -> None:
    book = small(tmp_path)
    lost = Message(kind="message", next="nowhere")
    found = nodes(picture(book.model_copy(update={"nodes": book.nodes | {"lost": lost}})))
    assert "→ nowhere" in words_of(found["lost"])


def test_a_node_that_leads_to_itself_says_so(tmp_path: Path) -> None:
    again = '[nodes.main.choices]\nagain = { key = "3", to = "main" }\n'
    words = '[prompts.main.choices]\nagain = "To hear this again, press {key}."\n'
    found = nodes(picture(small(tmp_path, book=again, words=words)))
    assert "3 again → main" in words_of(found["main"])


def test_where_too_many_lines_would_meet_the_name_is_written_instead(tmp_path: Path) -> None:
    many = {f"m{n}": Message(kind="message", next="goodbye") for n in range(LINES_TO_ONE + 2)}
    book = small(tmp_path)
    changed = book.model_copy(update={"nodes": many | {"goodbye": book.nodes["goodbye"]}, "start": "m0"})
    assert all("→ goodbye" in words_of(one) for name, one in nodes(picture(changed)).items() if name in many)


@pytest.mark.parametrize("language", ["en", "zh", "id"])
def test_a_book_is_drawn_in_its_default_language(language: str) -> None:
    svg = picture(SHIPPED.model_copy(update={"default_language": language}))
    assert svg.get("lang") == language
    said = SHIPPED.wordings[language].prompts["main"].say
    assert said[:6] in words_of(nodes(svg)["main"])


def test_a_book_without_words_and_odd_characters_in_them_are_drawn(tmp_path: Path) -> None:
    assert nodes(picture(SHIPPED.model_copy(update={"wordings": {}}))).keys() == SHIPPED.nodes.keys()
    odd = 'a < b & "c" \x1b[2J \ud800 ]]> {open {{brace}} ' + "x" * 300 + "😀" * 90 + "صباح الخير"
    book = small(tmp_path)
    english = book.wordings["en"]
    prompts = english.prompts | {"main": Prompt(say=odd, choices={"address": odd})}
    wordings = {"en": english.model_copy(update={"prompts": prompts})}
    found = nodes(picture(book.model_copy(update={"wordings": wordings})))
    assert 'a < b & "c"' in words_of(found["main"])
    assert "xxx…" in words_of(found["main"]) or "…" in words_of(found["main"])


def test_the_longest_names_stay_in_their_box(tmp_path: Path) -> None:
    long = "a-very-long-name-that-no-box-can-ever-hold-on-one-line"
    book = small(
        tmp_path,
        book=[("[nodes.address]", f"[nodes.{long}]"), ('to = "address"', f'to = "{long}"')],
        words=("[prompts.address]", f"[prompts.{long}]"),
    )
    name = next(one for one in nodes(picture(book))[long].iter(f"{SVG}text") if one.get("class") == "name")
    assert (name.text or "").endswith("…")


def large(count: int) -> MenuBook:
    """A book of so many nodes: a wide tree of menus, with messages that lead back up."""
    made: dict[str, Any] = {}
    for n in range(count - 1):
        below = [child for child in range(n * 4 + 1, n * 4 + 5) if child < count - 1]
        if below:
            choices = {f"c{i}": {"key": str(i + 1), "to": f"n{child}"} for i, child in enumerate(below)}
            made[f"n{n}"] = Menu.model_validate({"kind": "menu", "choices": choices})
        else:
            made[f"n{n}"] = Message(kind="message", next="end" if n % 3 else f"n{n // 7}")
    made["end"] = Goodbye(kind="goodbye")
    doors = {name: {"key": key, "to": "end"} for name, key in (("person", "0"), ("stop_my_money", "9"))}
    everywhere = SHIPPED.everywhere.model_validate(doors)
    return SHIPPED.model_copy(
        update={
            "nodes": made,
            "start": "n0",
            "give_up": "end",
            "verification": "end",
            "everywhere": everywhere,
        }
    )


def test_the_largest_book_is_drawn_within_seconds() -> None:
    book = large(NODES_AT_MOST)
    began = time.process_time()
    text = draw(book)
    assert time.process_time() - began < LONGEST
    assert text.count('id="node-') == NODES_AT_MOST


def test_a_long_chain_and_a_crowd_of_menus_are_drawn_within_seconds(tmp_path: Path) -> None:
    book = small(tmp_path)
    chain = {f"m{n}": Message(kind="message", next=f"m{n + 1}") for n in range(NODES_AT_MOST - 1)}
    crowd = {
        f"m{n}": Menu.model_validate(
            {
                "kind": "menu",
                "choices": {
                    f"c{k}": {"key": str(k), "to": f"m{(n * 7 + k * 131) % 600}"} for k in range(1, 6)
                },
            }
        )
        for n in range(600)
    }
    began = time.process_time()
    for made in (chain, crowd):
        last = f"m{len(made)}"
        changed = {"nodes": made | {last: Goodbye(kind="goodbye")}, "start": "m0", "give_up": last}
        assert draw(book.model_copy(update=changed)).count('id="node-') == len(made) + 1
    assert time.process_time() - began < 2 * LONGEST


def test_a_web_process_does_not_load_the_picture_until_it_is_asked() -> None:
    code = "import sys, ivr.app, processes.parts, processes.inside; print('igraph' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert told.stdout.strip() == "False"
