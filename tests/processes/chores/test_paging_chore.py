"""The chore that pages, as the worker has it: who is on call by the live book, and by which line."""

from pathlib import Path

import pytest

from callbacks.paging.on_call import OnCall
from callbacks.paging.pager import Pager
from foundation.clock import Deadline
from foundation.settings import LIBRARY, Settings, load
from ivr.menus.loader import load as load_book
from processes.call_parts import build_call_parts
from processes.chores.paging import NOBODY_NAMED, build_pager, plan_of
from tests.callbacks.paging_desk import PagingDesk
from tests.makers import book_files, write_book

SARI = '[[people]]\nname = "Sari"\nnumber = "+6281234567801"\nlanguage = "id"\n'


@pytest.fixture
def settings(database_url: str, fresh_redis_url: str, tmp_path: Path) -> Settings:
    return load(
        {"HOTLINE_ENV": "development", "DATABASE_URL": database_url, "REDIS_URL": fresh_redis_url}, tmp_path
    )


def test_where_the_book_names_nobody_the_person_of_the_settings_is_called(settings: Settings) -> None:
    plan = plan_of(settings, lambda: load_book(LIBRARY))()
    assert plan.on_call == OnCall()
    assert (plan.fallback.name, plan.fallback.number) == (NOBODY_NAMED, settings.person_fallback_number)
    assert (plan.fallback.by, plan.fallback.language, plan.zone) == ("call", "en", "Asia/Jakarta")


def test_whom_the_live_book_names_is_on_call(settings: Settings, tmp_path: Path) -> None:
    folder = write_book(tmp_path / "book", book_files(on_call=SARI))
    plan = plan_of(settings, lambda: load_book(folder))()
    assert [one.name for one in plan.on_call.people] == ["Sari"]


def test_without_an_account_nobody_is_rung_and_the_page_says_so(settings: Settings) -> None:
    calls = build_call_parts(settings, 2)
    try:
        pager = build_pager(settings, calls, None)
        assert isinstance(pager, Pager)
        desk = PagingDesk(calls.database)  # its promises are days old by the chore's own clock
        ticket = desk.urgent()
        assert pager.do(Deadline.after(20, calls.clock)) == 1
        assert desk.outcomes(ticket) == [(NOBODY_NAMED, "not sent")]
    finally:
        for close in calls.closing:
            close()
