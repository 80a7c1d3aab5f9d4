"""The pure files ask the world nothing: no clock, no disk, no network, no chance."""

import ast
import sys
from collections.abc import Iterator

from tests.house.plan import FLOORS, PURE, PURE_VENDORS, house_files, imports, matches, tree

# Of the standard library: what asks the world, its time or its dice.
IMPURE = frozenset(
    {
        *("os", "sys", "io", "pathlib", "shutil", "tempfile", "glob", "fileinput", "mmap"),
        *("time", "random", "secrets", "uuid", "sched"),
        *("socket", "ssl", "select", "selectors", "http", "urllib", "ftplib", "smtplib", "socketserver"),
        *("subprocess", "multiprocessing", "threading", "asyncio", "concurrent", "queue", "signal", "ctypes"),
        *("sqlite3", "dbm", "pickle", "shelve", "logging", "warnings", "importlib", "atexit", "getpass"),
    }
)
IMPURE_CALLS = frozenset({"open", "print", "input", "exec", "eval", "globals", "id"})
IMPURE_METHODS = frozenset({"now", "utcnow", "today"})

# foundation/clock.py is where real time comes in: one import, and one class that uses it.
CLOCK, CLOCK_MAY, REAL_CLOCK = "foundation/clock.py", {"time"}, "SystemClock"

pure_files = [file for file in house_files() if matches(file, PURE)]
standard = sys.stdlib_module_names


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Every call below a node, but for those of the real clock."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef) and child.name == REAL_CLOCK:
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from calls(child)


def asks_the_world(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(name):
            return name in IMPURE_CALLS
        case ast.Attribute(ast.Name("datetime" | "date"), method):
            return method in IMPURE_METHODS
        case _:
            return False


def test_there_are_pure_files() -> None:
    assert len(pure_files) > 10


def test_a_pure_file_imports_nothing_that_asks_the_world() -> None:
    wrong = [
        str(one)
        for file in pure_files
        for one in imports(file)
        if one.package in IMPURE and not (file == CLOCK and one.module in CLOCK_MAY)
    ]
    assert wrong == []


def test_a_pure_file_knows_only_pure_files_the_standard_library_and_small_helpers() -> None:
    homes = {file.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for file in pure_files}
    folders = {home.rpartition(".")[0] for home in homes}

    def welcome(module: str) -> bool:
        package = module.partition(".")[0]
        if package not in FLOORS:
            return package in standard | PURE_VENDORS
        # A name imported from a pure file, that file, or the folder it is imported from.
        return module in homes | folders or module.rpartition(".")[0] in homes

    assert [str(one) for file in pure_files for one in imports(file) if not welcome(one.module)] == []


def test_a_pure_file_asks_neither_the_clock_nor_the_disk() -> None:
    assert [
        f"{file}:{call.lineno} calls {ast.unparse(call.func)}"
        for file in pure_files
        for call in calls(tree(file))
        if asks_the_world(call)
    ] == []
