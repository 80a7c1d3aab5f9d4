"""A draft has a number, a database and a Redis database of its own, and none of the live line's."""

from pathlib import Path

import pytest

from foundation.settings import LIBRARY, Settings, load
from ivr.menus.loader import load as load_book
from processes.launch.draft import (
    ANNOUNCED_IN,
    NUMBER,
    Draft,
    DraftFault,
    announced_in,
    environment_for,
    other_redis,
    plan,
    scratch_of,
    settings_for,
    swept,
)

KEYS = {"SECRET_KEY": "9b1f" * 16, "TWILIO_AUTH_TOKEN": "7c" * 16, "HOTLINE_ENV": "development"}
REDIS = "redis://127.0.0.1:6379/0"
OWN = ("PORT", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL", "SPOOL_DIR", "BOOKS_DIR")


def settings(**told: str) -> Settings:
    return load({**KEYS, **told})


def draft(folder: Path) -> Draft:
    return Draft(folder, NUMBER, 5901)


def test_the_number_is_none_of_the_shipped_book_and_none_of_a_laptop(tmp_path: Path) -> None:
    ours = settings()
    taken = {ours.hotline_number, ours.person_fallback_number, *load_book(LIBRARY).numbers}
    assert NUMBER not in taken
    assert plan(ours, tmp_path, taken).number == NUMBER


def test_where_a_book_greets_by_that_number_the_next_one_is_taken(tmp_path: Path) -> None:
    assert plan(settings(), tmp_path, {NUMBER, "+622150001901"}).number == "+622150001902"
    every = {f"+6221500019{last:02}" for last in range(10)}
    with pytest.raises(DraftFault, match="none is left"):
        plan(settings(), tmp_path, every)


def test_the_live_book_itself_is_no_draft() -> None:
    with pytest.raises(DraftFault, match="copy the folder, and name the copy"):
        plan(settings(), LIBRARY / ".." / "library", ())


def test_its_process_is_told_nothing_that_the_live_one_works_on(tmp_path: Path) -> None:
    live = settings(DATABASE_URL=f"sqlite:///{tmp_path}/hotline.sqlite")
    (tmp_path / "new").mkdir()
    own = settings_for(draft(tmp_path / "new"), live, REDIS)
    told = environment_for(
        own, live, {"PATH": "/bin", "REDIS_URL": REDIS, "DATABASE_URL_FILE": "/run/secret"}
    )
    assert told["PATH"] == "/bin"
    assert load({**KEYS, **told}) == own
    for name in OWN:
        assert told[name] == str(_plain(own, name))
        assert told[name] != str(_plain(live, name))
    assert told[ANNOUNCED_IN] == f"sqlite:///{tmp_path}/hotline.sqlite"


def _plain(of: Settings, name: str) -> object:
    value = getattr(of, name.lower())
    return value.reveal() if hasattr(value, "reveal") else value


def test_what_is_announced_is_read_elsewhere_by_a_draft_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert announced_in(settings()) is None
    monkeypatch.setenv(ANNOUNCED_IN, "sqlite:////live.sqlite")
    assert announced_in(settings()) == "sqlite:////live.sqlite"
    production = settings().model_copy(update={"hotline_env": "production"})
    assert announced_in(production) is None


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0?db=9"),
        ("redis://127.0.0.1:6379", "redis://127.0.0.1:6379?db=9"),
        ("redis://127.0.0.1:6379/9", "redis://127.0.0.1:6379/9?db=10"),
        ("redis://u:p%40@host:1/0?db=9", "redis://u:p%40@host:1/0?db=10"),
        ("unix:///run/redis.sock?db=3", "unix:///run/redis.sock?db=9"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock?db=9"),
    ],
)
def test_another_database_of_the_same_redis_is_taken(live: str, expected: str) -> None:
    assert other_redis(live) == expected


def test_the_scratch_database_lies_beside_the_live_one_and_is_never_it(tmp_path: Path) -> None:
    assert scratch_of(settings(DATABASE_URL=f"sqlite:///{tmp_path}/h.sqlite")) == tmp_path / "draft.sqlite"
    clash = settings(DATABASE_URL=f"sqlite:///{tmp_path}/draft.sqlite")
    assert scratch_of(clash) == tmp_path / "other-draft.sqlite"
    elsewhere = scratch_of(settings(DATABASE_URL="postgresql://user@127.0.0.1/hotline"))
    assert (elsewhere.parent.name, elsewhere.name) == ("var", "draft.sqlite")


def test_an_earlier_draft_is_swept_away_and_nothing_else(tmp_path: Path) -> None:
    live = settings(DATABASE_URL=f"sqlite:///{tmp_path}/h.sqlite")
    for name in ("h.sqlite", "h.sqlite-wal", "draft.sqlite", "draft.sqlite-wal", "draft.sqlite-shm"):
        (tmp_path / name).write_text("x")
    swept(live)
    swept(live)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["h.sqlite", "h.sqlite-wal"]
