"""What is kept in the repository: text of ours, without traces of the machine it was written on."""

import ast
import re

import pytest

from tests.house.plan import ROOT, kept_files, python_files, tree

# Put together here, so that this file does not find itself.
REGISTRIES = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry." + "npmjs",
    "--index" + "-url",
    "--find" + "-links",
)
MACHINE = re.compile(r"(?<![\w.])/(?:work|home/\w+|Users/\w+|root|mnt|opt)/\w")
FOREIGN = re.compile(
    r"Copyright \(c\)|SPDX-License-Identifier: (?!Apache-2\.0)|All rights reserved", re.IGNORECASE
)
FOREIGN_FOLDERS = {"vendor", "vendored", "third_party", "third-party", "node_modules", "site-packages"}
TEXT_LIMIT = 1_000_000  # characters; our own text files are far shorter
# The one place for what is no text: what `make pictures` makes for the documents.
PICTURES = "docs/pictures/"
PICTURE_KINDS = (".png", ".gif")
PICTURES_LIMIT = 2_000_000  # bytes of all of them; a clone is downloaded by people in a hurry


def is_picture(name: str) -> bool:
    return name.startswith(PICTURES) and name.endswith(PICTURE_KINDS)


def texts() -> dict[str, str]:
    """Every kept file as text; what is no text is a fault of its own, but for the pictures."""
    return {name: (ROOT / name).read_text("utf-8") for name in kept_files() if not is_picture(name)}


def test_the_pictures_are_small_and_all_of_them_are_shown_in_a_document() -> None:
    pictures = [name for name in kept_files() if is_picture(name)]
    assert sum((ROOT / name).stat().st_size for name in pictures) <= PICTURES_LIMIT
    shown = "".join(text for name, text in texts().items() if name.endswith(".md"))
    assert [name for name in pictures if name.rpartition("/")[2] not in shown] == []


def test_every_kept_file_is_text_of_a_reasonable_size() -> None:
    assert [name for name, text in texts().items() if len(text) > TEXT_LIMIT] == []


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_kept_file_names_a_package_registry(host: str) -> None:
    assert [name for name, text in texts().items() if host in text] == []


def test_no_kept_file_names_a_place_of_the_machine_it_was_written_on() -> None:
    assert [name for name, text in texts().items() if MACHINE.search(text)] == []


def test_no_third_party_source_is_kept() -> None:
    assert [name for name in kept_files() if FOREIGN_FOLDERS & set(name.split("/"))] == []
    assert [name for name in kept_files() if name.endswith((".min.js", ".min.css", ".whl", ".tar.gz"))] == []
    own = {"LICENSE", "tests/house/test_kept_files.py"}
    assert [name for name, text in texts().items() if name not in own and FOREIGN.search(text)] == []


def test_no_test_is_skipped_but_for_a_missing_server() -> None:
    # tests/servers.py skips if there is no PostgreSQL, and fails instead where everything must be there.
    skipping = {"skip", "skipif", "xfail", "importorskip"}
    found = [
        f"{file}:{node.lineno}"
        for file in python_files()
        if file.startswith("tests/") and file != "tests/servers.py"
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute) and node.attr in skipping and "pytest" in ast.unparse(node.value)
    ]
    assert found == []


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TO" + "DO|FIX" + "ME|X" + r"XX|NotImplemented" + r"Error)\b")
    assert [file for file, text in texts().items() if file.endswith(".py") and marks.search(text)] == []


def test_every_file_of_python_says_what_it_is_for() -> None:
    rooms = [file for file in python_files() if not file.endswith("__init__.py")]
    silent = [file for file in rooms if not ast.get_docstring(tree(file))]
    assert silent == []


def test_the_license_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
