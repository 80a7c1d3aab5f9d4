"""What callers say stands in the wording files; a book without it is what it was before."""

from pathlib import Path

from ivr.menus.difference import differences
from ivr.menus.lint.said import without_phrases
from ivr.menus.loader import judge, load
from ivr.menus.model import MenuBook
from tests.ivr.menus.menu_docs import PAGE, fences_of, merged, small_book
from tests.makers import write_book
from tests.shipped import BOOK

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


YES = '\n[spoken]\nyes = ["yes"]\nno = ["no"]\nperson = ["a person"]\nagain = ["say it again"]\n'
SOUND = 'address = ["your address", "where are you"]\nbye = ["that is all"]\n'


def faults(folder: Path, phrases: str, spoken: str = YES) -> list[str]:
    files = small_book()
    files[KEYS_ALONE] += f"{spoken}\n[prompts.main.phrases]\n{phrases}"
    ours = {"unknown-choice", "no-phrases", "same-phrase", "alike-phrases", "everywhere-phrase"}
    found = [one for one in judge(write_book(folder, files)).faults if one.rule in ours]
    assert all(one.line > 0 and one.file == KEYS_ALONE for one in found)
    return [f"{one.severity.value} {one.rule}: {one.what}" for one in found]


def test_phrases_that_tell_choices_apart_are_sound(tmp_path: Path) -> None:
    assert faults(tmp_path, SOUND) == []


def test_phrases_for_a_choice_that_is_not_there_are_told(tmp_path: Path) -> None:
    assert faults(tmp_path, SOUND + 'adress = ["the street"]\n') == [
        "warning unknown-choice: phrases for 'adress', which is no choice here"
    ]


def test_a_choice_that_cannot_be_said_is_told_only_where_callers_are_heard(tmp_path: Path) -> None:
    silent = 'bye = ["that is all"]\n'
    assert faults(tmp_path / "heard", silent) == [
        "warning no-phrases: nobody can say 'address' in 'en': it has no phrases"
    ]
    assert faults(tmp_path / "keys", silent, spoken="") == []


def test_one_phrase_for_two_choices_is_a_fault_and_one_that_sounds_like_another_is_told(
    tmp_path: Path,
) -> None:
    same = 'address = ["That is all!"]\nbye = ["that is all"]\n'
    assert faults(tmp_path / "same", same) == [
        "error same-phrase: 'that is all' is said for both 'address' and 'bye'"
    ]
    alike = 'address = ["my payment failed"]\nbye = ["my payments failed"]\n'
    assert faults(tmp_path / "alike", alike) == [
        "warning alike-phrases: 'my payments failed' for 'bye' sounds like 'my payment failed' for 'address'"
    ]


def test_a_phrase_that_means_something_everywhere_is_told(tmp_path: Path) -> None:
    taken = 'address = ["say it again"]\nbye = ["that is all"]\n'
    assert faults(tmp_path, taken) == [
        "warning everywhere-phrase: 'say it again' means again everywhere, and 'address' here"
    ]


def test_one_word_in_two_lists_of_short_answers_is_a_fault(tmp_path: Path) -> None:
    twice = '\n[spoken]\nyes = ["right"]\nno = ["no", "right"]\n'
    assert faults(tmp_path, SOUND, twice) == [
        "error same-phrase: 'right' is said for both 'yes' and 'no'",
    ]


def test_the_phrases_on_the_page_are_sound(tmp_path: Path) -> None:
    files = small_book()
    shown = next(body for info, body in fences_of(PAGE.read_text()) if info == "toml phrases")
    files[KEYS_ALONE] = merged(files[KEYS_ALONE], YES + shown)
    assert [one.rule for one in judge(write_book(tmp_path, files)).faults if "phrase" in one.rule] == []


def test_every_choice_of_the_shipped_book_can_be_said_in_every_language() -> None:
    assert all(wording.spoken.yes and wording.spoken.no for wording in BOOK.wordings.values())
    assert list(without_phrases(BOOK)) == []
