"""A folder becomes a book, or every fault in it is told with its file, line, node and cure."""

import os
import time
from pathlib import Path

import pytest

from foundation.settings import LIBRARY
from ivr.menus.faults import BookFaults, Severity, nearest
from ivr.menus.files import LARGEST
from ivr.menus.fingerprint import short, version_of
from ivr.menus.loader import NODES_AT_MOST, judge, load
from ivr.menus.model import MenuBook
from ivr.menus.nodes import KINDS
from tests.ivr.menus.menu_docs import book_of, examples
from tests.makers import book_files, write_book

QUICKLY = 5.0  # seconds of work: the most that any file may cost the loader


def told(folder: Path) -> list[str]:
    return [str(fault) for fault in judge(folder).faults]


def test_a_fault_names_file_line_node_and_cure(tmp_path: Path) -> None:
    folder = write_book(tmp_path, book_files(book=('to = "address"', 'to = "adress"')))
    with pytest.raises(BookFaults) as found:
        load(folder)
    assert str(found.value) == (
        "small.toml:21: node main: leads to 'adress', which is no node. Cure: did you mean 'address'?"
    )


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    files = book_files(
        book=[
            ('to = "address"', 'to = "adress"'),
            ('unanswered = "goodbye"', "unanswered = 5\nring_secnds = 20"),
            ('region = "ID"', 'regoin = "ID"'),
            ("[topics]", "[timing]\nmenu = 99\n[topics]"),
        ],
        words=[("Polly.Amy-Neural", "Polly.Amy-Neurl"), ('say = "Welcome."', 'say = "Welcome {."')],
        hours=("Asia/Jakarta", "Asia/Jakart"),
    )
    faults = judge(write_book(tmp_path, files)).faults
    assert len(faults) >= 6
    lines = "\n".join(str(fault) for fault in faults)
    for said in (
        "node person: unanswered is the number 5",
        "'ring_secnds' is no field here. Cure: did you mean 'ring_seconds'?",
        "'regoin' is no field here. Cure: did you mean 'region'?",
        "region is missing",
        "timing.menu is 99. Cure: write at most 30",
        "did you mean 'Asia/Jakarta'?",
    ):
        assert said in lines, lines


def test_sound_parts_are_judged_beside_unsound_ones(tmp_path: Path) -> None:
    files = book_files(
        book=[('to = "address"', 'to = "adress"'), ('unanswered = "goodbye"', "unanswered = 5")],
        words=("Polly.Amy-Neural", "Polly.Amy-Neurl"),
        hours=("Asia/Jakarta", "Asia/Jakart"),
    )
    rules = {fault.rule for fault in judge(write_book(tmp_path, files)).faults}
    assert rules == {"unknown-target", "schema", "unknown-voice"}


def test_a_misspelt_field_hides_no_other_fault(tmp_path: Path) -> None:
    files = book_files(book=[('start = "main"', 'start = "main"\nstrat = "x"'), ('key = "2"', 'key = "1"')])
    rules = [fault.rule for fault in judge(write_book(tmp_path, files)).faults]
    assert rules == ["unknown-field", "clashing-keys"]


def test_what_belongs_into_another_file_is_told(tmp_path: Path) -> None:
    files = book_files(book='version = "1"\n[hours]\nzone = "UTC"\n')
    assert [line for line in told(write_book(tmp_path, files)) if "write it into hours.toml" in line]
    assert [line for line in told(tmp_path) if "it is reckoned from the files" in line]


def test_the_book_is_called_as_its_file(tmp_path: Path) -> None:
    folder = write_book(tmp_path, book_files(book=('name = "small"', 'name = "tiny"')))
    assert told(folder) == [
        "small.toml:1: the book is called 'tiny'. Cure: write name = \"small\", or name the file tiny.toml"
    ]


def test_more_nodes_than_anybody_can_oversee_are_refused(tmp_path: Path) -> None:
    many = "".join(f'[nodes.n{n}]\nkind = "goodbye"\n' for n in range(NODES_AT_MOST))
    assert any(
        f"{NODES_AT_MOST + 4:,} nodes" in line for line in told(write_book(tmp_path, book_files(book=many)))
    )


def test_warnings_keep_no_book_back(tmp_path: Path) -> None:
    folder = write_book(tmp_path, book_files(words='[prompts.attic]\nsay = "Hello?"\n'))
    judged = judge(folder)
    assert judged.book is not None
    assert [fault.severity for fault in judged.faults] == [Severity.WARNING]
    assert load(folder).version == judged.book.version


# --- versions ---


def test_comments_order_and_line_ends_make_no_new_version(tmp_path: Path) -> None:
    files = book_files()
    version = load(write_book(tmp_path, files)).version
    tables = files["small.toml"].split("\n[nodes.")
    tables[2:] = reversed(tables[2:])
    files["small.toml"] = "# another look\n" + "\n[nodes.".join(tables)
    again = {name: text.replace("\n", "\r\n") for name, text in files.items()}
    for name, text in again.items():
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load(tmp_path).version == version


def test_every_change_of_what_is_said_makes_a_new_version(tmp_path: Path) -> None:
    versions = {
        load(write_book(tmp_path, files)).version
        for files in (
            book_files(),
            book_files(words=("Welcome.", "Welcome!")),
            book_files(hours=("12:00", "12:30")),
            book_files(book=('key = "2"', 'key = "3"')),
        )
    }
    assert len(versions) == 4
    assert all(len(version) == 64 and len(short(version)) == 12 for version in versions)


def test_choices_told_in_another_order_make_a_new_version(tmp_path: Path) -> None:
    files = book_files()
    version = load(write_book(tmp_path, files)).version
    text = files["small.toml"]
    lines = [line for line in text.splitlines() if 'key = "1"' in line or 'key = "2"' in line]
    assert len(lines) == 2
    swapped = text.replace(lines[0], "@").replace(lines[1], lines[0]).replace("@", lines[1])
    assert load(write_book(tmp_path, files | {"small.toml": swapped})).version != version


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.kind)
def test_a_book_survives_json_exactly(example: object, tmp_path: Path) -> None:
    book = load(write_book(tmp_path, book_of(example)))  # type: ignore[arg-type]
    again = MenuBook.model_validate_json(book.model_dump_json())
    assert again == book
    assert version_of(again) == book.version
    assert list(again.nodes) == list(book.nodes)


def test_the_shipped_book_survives_json_exactly(shipped_book: MenuBook) -> None:
    again = MenuBook.model_validate_json(shipped_book.model_dump_json())
    assert again == shipped_book
    assert version_of(again) == shipped_book.version


def test_the_shipped_book_has_no_faults_and_every_kind_of_node(shipped_book: MenuBook) -> None:
    assert [str(fault) for fault in judge(LIBRARY).faults] == []
    assert {node.kind for node in shipped_book.nodes.values()} == set(KINDS)


# --- odd files ---

ODD_FILES = {
    "empty": b"",
    "binary": bytes(range(256)) * 20,
    "NUL": b'name = "small\x00"\n',
    "NUL between": b"\x00\x00\x00",
    "two megabytes": b"# " + b"x" * 2_000_000,
    "two megabytes of keys": b"".join(b"k%d = 1\n" % n for n in range(150_000)),
    "just below the bound": b"a = [" + b"1," * ((LARGEST - 10) // 2) + b"]",
    "nested arrays": b"a = " + b"[" * 100_000,
    "dotted keys": b".".join([b"a"] * 400_000) + b" = 1",
    "dotted keys in many lines": b"".join(b"a%d" % n + b".a" * 15 + b" = 1\n" for n in range(9_000)),
    "double key": b'name = "a"\nname = "b"\n',
    "double table": b"[nodes.a]\n[nodes.a]\n",
    "open string": b'name = "small\n',
    "open long string": b'name = """' + b'"x' * 300_000,
    "huge number": b"n = 1" + b"0" * 10_000,
    "infinity": b"[timing]\nmenu = inf\ndigits = nan\n",
    "a wrong day": b"d = 2026-02-31\n",
    "bare CR": b'name = "a"\rstart = "b"',
    "a list of everything": b"nodes = []\nwordings = 1\nhours = 2\neverywhere = 'x'\n",
    "a table of tables": b"[nodes]\n1 = 2\n[nodes.x]\n[name]\n",
    "UTF-16": 'name = "small"'.encode("utf-16"),
    "surrogate": b'name = "\xed\xa0\x80"',
    "a key that is a path": b'[nodes."../../etc/passwd"]\nkind = "goodbye"\n',
}


@pytest.mark.parametrize("file", ["small.toml", "small.en.toml", "hours.toml"])
@pytest.mark.parametrize("odd", ODD_FILES)
def test_an_odd_file_is_a_fault_and_never_a_crash(odd: str, file: str, tmp_path: Path) -> None:
    folder = write_book(tmp_path, book_files())
    (folder / file).write_bytes(ODD_FILES[odd])
    began = time.process_time()
    judged = judge(folder)
    assert judged.book is None
    assert any(fault.file == file for fault in judged.faults)
    assert time.process_time() - began < QUICKLY


def test_a_syntax_fault_has_its_line_and_plain_words(tmp_path: Path) -> None:
    folder = write_book(tmp_path, book_files(book=('kind = "message"', "kind = message")))
    assert told(folder) == [
        'small.toml:25: after = stands nothing that can be read. Cure: write texts in quotes, such as "menu"'
    ]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "secret.toml"
    outside.write_text('language = "en"')
    folder = write_book(tmp_path / "book", book_files())
    (folder / "small.en.toml").unlink()
    (folder / "small.en.toml").symlink_to(outside)
    assert any("leads out of the folder" in line for line in told(folder))


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    folder = write_book(tmp_path / "book", book_files())
    (folder / "kept").mkdir()
    (folder / "small.en.toml").rename(folder / "kept" / "words")
    (folder / "small.en.toml").symlink_to("kept/words")
    assert load(folder).wordings["en"].name == "English"


def test_files_that_would_never_end_are_not_opened(tmp_path: Path) -> None:
    folder = write_book(tmp_path, book_files())
    (folder / "small.en.toml").unlink()
    os.mkfifo(folder / "small.en.toml")
    (folder / "small.id.toml").mkdir()
    (folder / "small.zh.toml").symlink_to("small.zh.toml")
    faults = "\n".join(told(folder))
    assert faults.count("is no plain file") == 2
    assert "small.zh.toml:1: cannot be read" in faults


@pytest.mark.parametrize("files", [{}, {"a.toml": "", "b.toml": ""}, {"hours.toml": ""}])
def test_a_folder_holds_one_book(files: dict[str, str], tmp_path: Path) -> None:
    assert "a folder holds one book" in told(write_book(tmp_path, files))[0]


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert "cannot be read" in told(tmp_path / "nowhere")[0]
    with pytest.raises(BookFaults):
        load(tmp_path / "nowhere")


def test_files_of_no_book_are_told(tmp_path: Path) -> None:
    folder = write_book(tmp_path, {**book_files(), "smal.en.toml": "", "small.english.toml": ""})
    assert len([line for line in told(folder) if "is no file of this book" in line]) == 2
    assert judge(folder).book is None


def test_missing_hours_are_told(tmp_path: Path) -> None:
    files = book_files()
    del files["hours.toml"]
    assert [line.partition(" ")[0] for line in told(write_book(tmp_path, files))] == ["hours.toml:1:"]


# --- large books ---

NAMES = range(NODES_AT_MOST - 10)
LARGE = {
    "a thousand wrong names": "".join(
        f'[nodes.number-{n}]\nkind = "message"\nnext = "number-{n}x"\n' for n in NAMES
    ),
    "a chain of a thousand": "".join(
        f'[nodes.number-{n}]\nkind = "message"\nnext = "number-{min(n + 1, NAMES[-1] - 1)}"\n' for n in NAMES
    ),
    "a circle of a thousand": "".join(
        f'[nodes.number-{n}]\nkind = "message"\nnext = "number-{(n + 1) % len(NAMES)}"\n' for n in NAMES
    ),
}


@pytest.mark.parametrize("large", LARGE)
def test_the_largest_books_are_judged_in_time(large: str, tmp_path: Path) -> None:
    folder = write_book(tmp_path, book_files(book=LARGE[large]))
    began = time.process_time()
    assert judge(folder).book is None
    assert time.process_time() - began < QUICKLY


def test_the_nearest_name_is_found_among_few_and_among_many() -> None:
    many = [f"node-{number}" for number in range(1_000)]
    for known in (["refund", "payments"], ["refund", *many]):
        assert nearest("refnd", known) == "refund"
        assert nearest("reffund", known) == "refund"
        assert nearest("refudn", known) == "refund"
        assert nearest("weather", known) is None
