"""Files and functions stay as long as the eye can follow, or say why they are longer."""

import ast
import tomllib
from collections.abc import Iterator

from tests.house.plan import ROOT, python_files, tree

LONGEST_FILE = 300  # lines
LONGEST_FUNCTION = 40  # lines, from `def` to its end
SHORTEST_REASON = 20  # characters; "long" is no reason

allowed = tomllib.loads((ROOT / "tests/house/allowed.toml").read_text("utf-8"))


def too_long_files() -> Iterator[str]:
    for file in python_files():
        if len((ROOT / file).read_text("utf-8").splitlines()) > LONGEST_FILE:
            yield file


def too_long_functions() -> Iterator[str]:
    for file in python_files():
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines(node) > LONGEST_FUNCTION:
                yield f"{file}::{node.name}"


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_longer_than_the_eye_can_follow_without_a_reason() -> None:
    assert sorted(set(too_long_files()) - set(allowed["files"])) == []


def test_no_function_is_longer_than_the_eye_can_hold_without_a_reason() -> None:
    assert sorted(set(too_long_functions()) - set(allowed["functions"])) == []


def test_no_permission_outlives_its_need() -> None:
    assert sorted(set(allowed["files"]) - set(too_long_files())) == []
    assert sorted(set(allowed["functions"]) - set(too_long_functions())) == []


def test_every_permission_says_why() -> None:
    reasons = {**allowed["files"], **allowed["functions"]}
    assert [place for place, why in reasons.items() if len(why) < SHORTEST_REASON] == []
