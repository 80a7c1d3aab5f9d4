"""Who may import whom: floors, the rooms of ivr/, what stands beside the house, and vendors' packages."""

import pytest

from tests.house.plan import (
    BESIDE,
    BESIDE_ALL_CALLS,
    ENGINES,
    FLOORS,
    INSIDE_IVR,
    VENDORS,
    Import,
    house_files,
    imports,
    matches,
    our_packages,
    python_files,
    ways_from,
)


def may(one: Import) -> bool:
    """Whether a file on a floor may import this."""
    home = one.file.partition("/")[0]
    if one.package in BESIDE:
        return False
    if one.package not in FLOORS or one.package == home:
        return True
    return FLOORS[one.package] < FLOORS[home]


def room(path: str) -> int | None:
    """The place inside ivr/ of a file or module, from the left."""
    name = path.removesuffix(".py").replace("/", ".").split(".")[1:2]
    return INSIDE_IVR.index(name[0]) if name and name[0] in INSIDE_IVR else None


def test_every_package_of_ours_has_a_floor_or_stands_beside_the_house() -> None:
    assert our_packages() <= {*FLOORS, *BESIDE}


def test_a_file_imports_only_from_its_own_room_and_from_lower_floors() -> None:
    assert [str(one) for file in house_files() for one in imports(file) if not may(one)] == []


def test_inside_ivr_a_file_imports_only_from_the_left() -> None:
    wrong = []
    for file in house_files():
        here = room(file) if file.startswith("ivr/") else None
        for one in imports(file):
            there = room(one.module) if one.package == "ivr" else None
            if here is not None and there is not None and there > here:
                wrong.append(str(one))
    assert wrong == []


def test_every_room_of_ivr_has_its_place() -> None:
    inside = {file.split("/")[1].removesuffix(".py") for file in house_files() if file.startswith("ivr/")}
    assert inside - {"__init__"} <= {*INSIDE_IVR}


@pytest.mark.parametrize("package", [name for name, known in BESIDE.items() if known is not None])
def test_what_stands_beside_the_house_imports_no_more_of_it_than_it_may(package: str) -> None:
    known = BESIDE[package] or frozenset()
    files = [file for file in python_files() if file.startswith(f"{package}/")]
    ours = {*FLOORS, *BESIDE} - {package} - known
    assert [str(one) for file in files for one in imports(file) if one.package in ours] == []


@pytest.mark.parametrize("package", VENDORS)
def test_a_vendor_is_named_only_at_its_door(package: str) -> None:
    files = [file for file in python_files() if not file.startswith(("tests/", "bench/", "storms/"))]
    named = [one for file in files for one in imports(file) if one.package == package]
    assert [str(one) for one in named if not matches(one.file, VENDORS[package])] == []


def test_no_decoder_can_run_beside_every_call_that_is_heard() -> None:
    ways = ways_from(BESIDE_ALL_CALLS)
    assert len(ways) > 2 * len(BESIDE_ALL_CALLS)
    engines = [
        (way, one)
        for file, way in ways.items()
        for one in imports(file)
        if any(f"{one.module}.".startswith(f"{engine}.") for engine in ENGINES)
    ]
    assert [f"{way}: {one}" for way, one in engines] == []


def test_no_import_is_relative() -> None:
    assert [str(one) for file in python_files() for one in imports(file) if not one.package] == []
