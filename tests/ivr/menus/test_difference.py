"""What differs between two books: every field is told, nothing is told that nobody hears."""

from pathlib import Path
from typing import Any

from ivr.menus.difference import differences, in_lines
from ivr.menus.loader import load
from ivr.menus.model import MenuBook
from tests.ivr.menus.menu_docs import PAGE
from tests.makers import book_files, write_book
from tests.shipped import BOOK as SHIPPED


def small(tmp_path: Path, **changed: Any) -> MenuBook:  # noqa: ANN401  # as book_files takes them
    return load(write_book(tmp_path / "book", book_files(**changed)))


def told(old: MenuBook, new: MenuBook) -> list[str]:
    return list(in_lines(differences(old, new)))


# --- nothing that is not there ---


def test_a_book_does_not_differ_from_itself() -> None:
    assert differences(SHIPPED, SHIPPED.model_copy(deep=True)) == ()


def test_blanks_comments_and_words_that_nobody_hears_are_no_difference(tmp_path: Path) -> None:
    one = small(tmp_path)
    other = small(tmp_path, words=[('"Welcome."', '"  Welcome. "'), '[prompts.attic]\nsay = "Hello?"\n'])
    assert other.version != one.version
    assert differences(one, other) == ()


# --- what is told, and where ---


def test_the_example_of_the_page_is_what_the_command_says(tmp_path: Path) -> None:
    changed = small(
        tmp_path,
        book=('bye = { key = "2"', 'bye = { key = "3"'),
        words=('"Welcome."', '"How can we help?"'),
        hours=[
            ('tue = ["08:00-17:00"]', 'tue = ["08:00-16:00"]'),
            '[[holidays]]\ndate = 2026-12-24\nname = "Staff outing"\n',
        ],
    )
    section = PAGE.read_text("utf-8").split("\n## Seeing and comparing books\n")[1]
    assert "\n".join(told(small(tmp_path), changed)) == section.split("\n```\n")[3]


def test_new_words_stand_below_the_old_ones(tmp_path: Path) -> None:
    lines = told(small(tmp_path), small(tmp_path, words=('"Welcome."', '"How can we help?"')))
    assert lines == ["main", '  en  said: "Welcome."', '      now:  "How can we help?"']


def test_a_key_that_leads_elsewhere_a_new_one_and_one_that_is_gone(tmp_path: Path) -> None:
    changed = small(
        tmp_path,
        book=[
            ('address = { key = "1", to = "address" }\n', 'cards = { key = "6", to = "address" }\n'),
            ('bye = { key = "2", to = "goodbye" }', 'bye = { key = "2", to = "person" }'),
        ],
        words=('address = "For our address, press {key}."', 'cards = "For cards, press {key}."'),
    )
    assert told(small(tmp_path), changed) == [
        "main",
        '  gone: key 1 "For our address, press 1." leads to address',
        "  key 2 (bye) led to goodbye, now leads to person",
        '  new: key 6 "For cards, press 6." leads to address',
    ]


def test_a_key_that_moved_names_both_keys_once(tmp_path: Path) -> None:
    lines = told(small(tmp_path), small(tmp_path, book=('bye = { key = "2"', 'bye = { key = "3"')))
    assert lines == ["main", "  bye moved from key 2 to key 3"]


def test_hours_holidays_and_closures_are_told_in_sentences(tmp_path: Path) -> None:
    more = (
        '[[holidays]]\ndate = 2026-12-24\nname = "Joint leave"\n'
        '[[closures]]\nfrom = 2026-11-24T13:00:00\nto = 2026-11-24T17:00:00\nreason = "Stocktaking"\n'
    )
    closed = ('tue = ["08:00-17:00"]', "tue = []")
    lines = told(small(tmp_path), small(tmp_path, hours=[closed, more]))
    assert lines == [
        "Opening hours",
        "  On Tuesdays people are there 08:00-17:00; now at no time",
        "  new holiday: 2026-12-24 Joint leave",
        "  new closure: 2026-11-24 13:00 to 2026-11-24 17:00 Stocktaking",
    ]


def test_a_topic_tells_both_promises(tmp_path: Path) -> None:
    topic = "[topics.refund]\nanswer_within_minutes = 780\n"
    words = '[topics]\nrefund = "a refund"\n'
    one = small(tmp_path, book=topic, words=words)
    other = small(tmp_path, book=topic.replace("780", "480"), words=words)
    assert told(one, other) == [
        "Topics",
        "  refund is answered within 13 hours of working time, now within 8 hours of working time",
    ]


def test_a_value_tells_where_it_is_heard(tmp_path: Path) -> None:
    words = ('"Welcome."', '"Welcome to {brand}."')
    one = small(tmp_path, book='[values]\nbrand = "Harbour"\n', words=words)
    other = small(tmp_path, book='[values]\nbrand = "Port"\n', words=words)
    assert told(one, other) == ["Values", '  brand: "Harbour"; now "Port"', "    heard in 1: main"]


def test_another_format_of_a_slot_is_shown_as_it_is_written(tmp_path: Path) -> None:
    values = '[values]\nnumber = "021"\n'
    one = small(tmp_path, book=values, words=('"Welcome."', '"Call {number}."'))
    other = small(tmp_path, book=values, words=('"Welcome."', '"Call {number:digits}."'))
    assert told(one, other)[1:] == ['  en  said: "Call {number}."', '      now:  "Call {number:digits}."']


def test_a_node_that_only_changed_its_name_is_told_as_renamed(tmp_path: Path) -> None:
    renamed = [("[nodes.address]", "[nodes.place]"), ('to = "address"', 'to = "place"')]
    other = small(tmp_path, book=renamed, words=("[prompts.address]", "[prompts.place]"))
    assert told(small(tmp_path), other) == ["place", "  was called address"]


def test_a_renamed_node_that_leads_elsewhere_is_told_as_both(tmp_path: Path) -> None:
    renamed = [("[nodes.address]", "[nodes.place]"), ('to = "address"', 'to = "place"')]
    elsewhere = ('next = "main"', 'next = "goodbye"')
    other = small(tmp_path, book=[*renamed, elsewhere], words=("[prompts.address]", "[prompts.place]"))
    assert told(small(tmp_path), other) == [
        "place",
        "  was called address",
        "  it leads on to main; now to goodbye",
    ]


def test_a_chain_of_renamed_nodes_is_told_as_renamed() -> None:
    text = SHIPPED.model_dump_json(exclude={"version"})
    for old, new in (("advice-password-new", "tips-new"), ("advice-password", "tips")):
        text = text.replace(f'"{old}"', f'"{new}"')
    lines = told(SHIPPED, MenuBook.model_validate_json(text))
    assert lines == [
        *("tips", "  was called advice-password"),
        *("tips-new", "  was called advice-password-new"),
    ]


def test_a_new_place_and_one_that_is_gone_are_told_with_their_words(tmp_path: Path) -> None:
    more = '[nodes.map]\nkind = "message"\nnext = "main"\n'
    words = '[prompts.map]\nsay = "Walk along the quay."\n'
    one = small(tmp_path)
    other = small(tmp_path, book=[('next = "main"', 'next = "map"'), more], words=words)
    assert told(one, other) == [
        *("address", "  it leads on to main; now to map"),
        *("map", "  new: message", "    then -> main", '  en  says now: "Walk along the quay."'),
    ]
    assert told(other, one)[-2:] == ["map", '  gone: message "Walk along the quay."']


def test_words_that_several_places_say_are_told_once_with_all_of_them() -> None:
    english = SHIPPED.wordings["en"]
    amount = english.prompts["amount"].model_copy(update={"say": "How much?"})
    prompts = english.prompts | {"amount": amount}
    wordings = SHIPPED.wordings | {"en": english.model_copy(update={"prompts": prompts})}
    first, *rest = told(SHIPPED, SHIPPED.model_copy(update={"wordings": wordings}))
    assert first == "amount (said at payment-amount, missing-amount, refund-amount)"
    assert len(rest) == 2


def test_a_language_that_is_gone_is_told_in_one_line_and_new_ones_alike() -> None:
    languages = ("en", "id")
    wordings = {one: SHIPPED.wordings[one] for one in languages}
    without = SHIPPED.model_copy(update={"languages": languages, "wordings": wordings})
    gone = told(SHIPPED, without)
    assert gone[0:2] == ["The book", "  languages, in the order of their keys: en, zh, id; now en, id"]
    assert gone[2] == "Languages and voices"
    assert gone[3].startswith("  gone: zh (")
    assert told(without, SHIPPED)[3].startswith("  new: zh (")


def test_places_come_in_the_order_in_which_callers_meet_them(tmp_path: Path) -> None:
    words = [('"Thank you for calling. Goodbye."', '"Bye."'), ('"Welcome."', '"Hello."')]
    found = differences(small(tmp_path), small(tmp_path, words=words, hours=("mon", "wed")))
    assert [one.place for one in found] == ["main", "goodbye", "Opening hours"]


def test_a_book_without_the_words_of_its_default_language_is_compared_all_the_same() -> None:
    mute = SHIPPED.model_copy(update={"wordings": {}})
    lines = told(mute, SHIPPED)
    assert lines[0] == "Languages and voices"
    assert len(told(SHIPPED, mute)) == len(lines)
