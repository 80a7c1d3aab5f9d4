"""A hotline whose inside is open, with the shipped book, emptied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from ivr.menus.model import MenuBook
from processes.rehearsal.stage import Stage, scratch_stage
from tests.inside_web import inside_web


@pytest.fixture(scope="module")
def only_stage(shipped_book: MenuBook) -> Iterator[Stage]:
    with scratch_stage(shipped_book) as stage:
        yield stage


@pytest.fixture
def here(only_stage: Stage) -> Stage:
    return only_stage.emptied(datetime.fromisoformat("2026-11-24T10:00:00+07:00"), chance=7)


@pytest.fixture
def app(here: Stage) -> Flask:
    return inside_web(here)
