"""The table of faults and the tests of faults tell of each other, and no number is forgotten."""

import ast
import re

from tests.faults.known import FAULTS, LEFT_OUT
from tests.faults.telling import NAME
from tests.house.plan import ROOT, python_files, tree

ROW = re.compile(r"^\| (\d+) \| .* \| `(\w+)` \|$", re.MULTILINE)


def fault_tests() -> set[tuple[int, str]]:
    names = {
        node.name
        for file in python_files()
        if file.startswith("tests/faults/test_")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    found = {name: NAME.fullmatch(name) for name in names}
    assert [name for name, match in found.items() if match is None] == []
    return {(int(match[1]), name) for name, match in found.items() if match is not None}


def rows() -> set[tuple[int, str]]:
    table = (ROOT / "docs" / "faults.md").read_text("utf-8")
    return {(int(number), test) for number, test in ROW.findall(table)}


def test_the_table_of_faults_names_the_tests_that_exist_and_no_others() -> None:
    assert rows() == fault_tests()


def test_every_fault_is_in_the_table_or_left_out_with_a_reason() -> None:
    in_table = {number for number, _ in rows()}
    assert in_table & LEFT_OUT.keys() == set()
    assert in_table | LEFT_OUT.keys() == FAULTS.keys()
