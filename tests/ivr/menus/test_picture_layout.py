"""Where things stand in the picture of a book, and whether they can be read there."""

from itertools import combinations

import pytest

from ivr.menus.model import MenuBook
from ivr.menus.nodes import KINDS
from ivr.menus.picture.panels import Panel, panel
from ivr.menus.picture.rooms import LARGEST, rooms
from ivr.menus.picture.sheet import sheet
from ivr.menus.picture.style import _DARK, _LIGHT, COLOURS, HUES
from ivr.menus.picture.text import lines, width
from tests.shipped import BOOK as SHIPPED


def panels(book: MenuBook) -> list[Panel]:
    return [panel(book, room, {}) for room in rooms(book)]


# --- where it stands ---


def test_every_node_is_in_exactly_one_room_and_the_main_menu_makes_the_rooms() -> None:
    found = rooms(SHIPPED)
    assert sorted(name for room in found for name in room.nodes) == sorted(SHIPPED.nodes)
    heads = [room.head for room in found]
    assert heads[:6] == ["welcome", "payments", "account", "refunds", "feedback", "advice"]
    assert "stop-my-money" in heads
    assert "anything-else" in found[-1].nodes
    assert all(len(room.nodes) <= LARGEST for room in found)


def test_no_box_lies_on_another_and_all_stay_in_their_panel() -> None:
    for one in panels(SHIPPED):
        for a, b in combinations(one.placed, 2):
            apart = abs(a.x - b.x) >= 224 or a.y + a.box.height <= b.y or b.y + b.box.height <= a.y
            assert apart, (a.box.name, b.box.name)
        for box in one.placed:
            assert box.x >= 0
            assert box.x + 224 <= one.width
            assert box.y + box.box.height <= one.height


def test_the_sheet_is_close_together_and_no_panel_lies_on_another() -> None:
    sizes = [(one.width, one.height) for one in panels(SHIPPED)]
    found = sheet(sizes)
    for (a, (wide, high)), (b, (other_wide, other_high)) in combinations(
        zip(found.places, sizes, strict=True), 2
    ):
        beside = a[0] + wide <= b[0] or b[0] + other_wide <= a[0]
        assert beside or a[1] + high <= b[1] or b[1] + other_high <= a[1]
    assert sum(wide * high for wide, high in sizes) > found.width * found.height / 2


def test_no_line_runs_through_a_box() -> None:
    for one in panels(SHIPPED):
        for line in one.lines:
            for (x, y), (_, to) in zip(line.points[::2], line.points[1::2], strict=False):
                crossed = [
                    box.box.name
                    for box in one.placed
                    if box.x < x < box.x + 224 and y < box.y + box.box.height and box.y < to
                ]
                assert set(crossed) <= {line.start}, line


# --- how it looks ---


def test_every_kind_has_a_colour_and_no_colour_is_without_a_word() -> None:
    assert set(KINDS) <= set(HUES)
    assert set(HUES.values()) == set(COLOURS)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_words_stand_out_from_every_ground(shade: str) -> None:
    plain, at = (_LIGHT, 1) if shade == "light" else (_DARK, 3)
    grounds = [colours[at] for colours in COLOURS.values()] + [plain["floor"], plain["paper"]]
    for ground in grounds:
        for ink in ("ink", "soft", "port"):
            assert contrast(plain[ink], ground) >= 4.5, (ink, ground)
    assert contrast(plain["ink"], plain["now"]) >= 4.5
    for colours in COLOURS.values():
        assert contrast(colours[at + 1], plain["floor"]) >= 3


def test_words_are_broken_where_their_language_breaks() -> None:
    assert lines("one two three", 10, 45, 3) == ("one two", "three")
    chinese = lines("您好，欢迎致电我们的客户服务热线。", 10, 62, 9)
    assert "".join(chinese) == "您好，欢迎致电我们的客户服务热线。"
    assert all(not line.startswith(("，", "。")) for line in chinese)
    assert all(width(line, 10) <= 72.1 for line in chinese)
    assert lines("a b c d e f", 10, 20, 2)[-1].endswith("…")
    assert lines("", 10, 20, 2) == ()
