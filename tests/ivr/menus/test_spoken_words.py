"""What callers say stands in the wording files; a book without it is what it was before."""

from pathlib import Path

from ivr.menus.difference import differences
from ivr.menus.loader import load
from ivr.menus.model import MenuBook
from tests.ivr.menus.menu_docs import small_book
from tests.makers import write_book

KEYS_ALONE = "small.en.toml"


def book(folder: Path, spoken: str = "") -> MenuBook:
    files = small_book()
    files[KEYS_ALONE] += spoken
    return load(write_book(folder, files))


def test_a_book_for_keys_alone_is_kept_and_hashed_as_before_it_could_be_answered_by_voice(
    tmp_path: Path,
) -> None:
    kept = book(tmp_path).model_dump(mode="json")["wordings"]["en"]
    assert "spoken" not in kept
    assert all("phrases" not in prompt for prompt in (kept["common"], *kept["prompts"].values()))


def test_words_that_callers_say_are_kept_and_make_another_version(tmp_path: Path) -> None:
    silent = book(tmp_path / "silent")
    heard = book(tmp_path / "heard", '\n[spoken]\nyes = ["yes", "yes please"]\n')
    assert heard.wordings["en"].spoken.yes == ("yes", "yes please")
    assert heard.version != silent.version
    assert MenuBook.model_validate_json(heard.model_dump_json()) == heard


def test_what_callers_may_say_now_and_no_longer_is_told(tmp_path: Path) -> None:
    before = book(tmp_path / "before", '\n[spoken]\nyes = ["yes"]\n[prompts.main.phrases]\nhelp = ["help"]\n')
    after = book(tmp_path / "after", '\n[spoken]\nyes = ["yep"]\n[prompts.main.phrases]\nhelp = ["advice"]\n')
    assert [line for one in differences(before, after) for line in one.told] == [
        'en  for help, callers may say now: "advice"',
        'en  for help, callers may no longer say: "help"',
        "en  what callers say anywhere: yes: yes; now yep",
    ]
    assert differences(before, before) == ()
