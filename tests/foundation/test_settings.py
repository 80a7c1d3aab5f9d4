"""What the hotline is told: all that is wrong with it is said at once, before anything starts."""

import stat
from pathlib import Path

import pytest

from foundation.redaction import Secret
from foundation.settings import LIBRARY, SECRETS, Settings, SettingsFault, load, look, warnings

KEY = "9b1f" * 16
PRODUCTION = {
    "PUBLIC_URL": "https://hotline.example.org",
    "SECRET_KEY": KEY,
    "DATABASE_URL": "postgresql://hotline:471163@db.example.org/hotline",
    "REDIS_URL": "redis://redis.example.org:6379/0",
    "TWILIO_AUTH_TOKEN": "7c" * 16,
    "HOTLINE_NUMBER": "+622150001000",
    "PERSON_FALLBACK_NUMBER": "+62 21 5000 1001",
    "BOOKS_DIR": ".",
}


def faults(environ: dict[str, str], root: Path = Path("/nonexistent")) -> tuple[str, ...]:
    with pytest.raises(SettingsFault) as found:
        load(environ, root)
    return found.value.faults


def test_production_is_the_default_and_takes_what_it_is_told() -> None:
    settings = load(PRODUCTION)
    assert settings.hotline_env == "production"
    assert (settings.port, settings.twilio_api_url) == (5000, "https://api.twilio.com")
    assert settings.secret_key == Secret(KEY)
    assert settings.person_fallback_number == "+622150001001"
    assert settings.redis_url == Secret(PRODUCTION["REDIS_URL"])


def test_all_that_is_missing_is_named_at_once() -> None:
    missing = {fault.partition(":")[0] for fault in faults({})}
    assert missing == {*PRODUCTION} - {"BOOKS_DIR"}


def test_every_fault_names_the_setting_what_is_wrong_and_the_cure() -> None:
    wrong = {
        **PRODUCTION,
        "HOTLINE_ENV": "maybe",
        "PORT": "maybe",
        "EXCHANGE_PORT": "70000",
        "WEB_THREADS": "0",
        "LOG_LEVEL": "loud",
        "PUBLIC_URL": "hotline.example.org",
        "REDIS_URL": "http://redis",
        "DATABASE_URL": "mysql://db/hotline",
        "HOTLINE_NUMBER": "0215000100",
        "TWILIO_ACCOUNT_SID": "AC12",
        "BOOKS_DIR": "/nonexistent",
    }
    found = faults(wrong)
    assert {fault.partition(": ")[0] for fault in found} == {*wrong} - {
        *("SECRET_KEY", "TWILIO_AUTH_TOKEN", "PERSON_FALLBACK_NUMBER")
    }
    assert all("; " in fault for fault in found)


def test_a_fault_never_repeats_a_secret() -> None:
    wrong = {
        **PRODUCTION,
        "SECRET_KEY": "hunter2",
        "DATABASE_URL": "mysql://root:hunter2@db",
        "REDIS_URL": "hunter2",
    }
    found = faults(wrong)
    assert len(found) == 3
    assert "hunter2" not in "".join(found)


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("PUBLIC_URL", "http://hotline.example.org", "is http"),
        ("PUBLIC_URL", "https://hotline.example.org/voice", "more than a host"),
        ("PUBLIC_URL", "https://hotline.example.org?a=1", "more than a host"),
        ("PUBLIC_URL", "https://me:pw@hotline.example.org", "more than a host"),
        ("PUBLIC_URL", "https://hotline.example.org:port", "is not an address; write"),
        ("PUBLIC_URL", "https://[::1", "is not an address; write"),
        ("SECRET_KEY", "k" * 31, "shorter than 32"),
        ("SECRET_KEY", "change-me-change-me-change-me-change-me", "demo value"),
        ("TWILIO_AUTH_TOKEN", "your_auth_token", "demo value"),
        ("TWILIO_AUTH_TOKEN_SECONDARY", "test", "demo value"),
        ("TWILIO_AUTH_TOKEN", "", "is missing"),
        ("TWILIO_AUTH_TOKEN", "  ", "is missing"),
        ("DATABASE_URL", "sqlite://", "in memory"),
        ("DATABASE_URL", "sqlite:///:memory:", "in memory"),
        ("DATABASE_URL", "sqlite:///file:calls?mode=memory&uri=true", "in memory"),
        ("DATABASE_URL", "postgresql://u:p@db.example.org:bad/n", "is no database of ours"),
        ("DATABASE_URL", "postgresql://u:p@db.example.org:99999/n", "is no database of ours"),
        ("DATABASE_URL", "postgresql+psycopg2://db.example.org/n", "is no database of ours"),
        ("DATABASE_URL", "sqlite:relative.db", "is no database of ours"),
        ("REDIS_URL", "redis://redis.example.org:notaport", "is no Redis"),
        ("REDIS_URL", "redis://redis.example.org:99999", "is no Redis"),
        ("REDIS_URL", "redis://redis.example.org/first", "is no Redis"),
        ("REDIS_URL", "redis://[::1", "is no Redis"),
        ("REDIS_URL", "unix://", "is no Redis"),
        ("HOTLINE_NUMBER", "", "is missing"),
        ("PERSON_FALLBACK_NUMBER", "112", "is not a telephone number"),
        ("REDIS_URL", "", "is missing"),
    ],
)
def test_production_refuses(name: str, value: str, part: str) -> None:
    (fault,) = faults({**PRODUCTION, name: value})
    assert fault.startswith(f"{name}: ")
    assert part in fault


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://hotline:471163@db.example.org/hotline"),
        ("DATABASE_URL", "postgresql+psycopg:///hotline?host=/run/postgresql"),
        ("DATABASE_URL", "sqlite:///relative.db"),
        ("DATABASE_URL", "sqlite+pysqlite:////srv/hotline.sqlite"),
        ("REDIS_URL", "redis://:pw@redis.example.org"),
        ("REDIS_URL", "rediss://redis.example.org:6380/1?socket_timeout=1"),
        ("REDIS_URL", "unix:///run/redis.sock?db=1"),
    ],
)
def test_every_way_of_writing_a_store_that_works_is_taken(name: str, value: str) -> None:
    assert getattr(load({**PRODUCTION, name: value}), name.lower()) == Secret(value)


def test_a_database_in_memory_is_refused_on_a_laptop_too(tmp_path: Path) -> None:
    (fault,) = faults({"HOTLINE_ENV": "development", "DATABASE_URL": "sqlite://"}, tmp_path)
    assert "in memory" in fault


def test_streams_come_to_the_host_of_the_public_address_unless_told_otherwise(tmp_path: Path) -> None:
    assert load(PRODUCTION, tmp_path).media_address == "wss://" + PRODUCTION["PUBLIC_URL"].removeprefix(
        "https://"
    )
    told = {**PRODUCTION, "MEDIA_URL": "wss://ears.example.org:8443/"}
    assert load(told, tmp_path).media_address == "wss://ears.example.org:8443"
    laptop = {"HOTLINE_ENV": "development", "SPEECH_PORT": "6090"}
    assert load(laptop, tmp_path).media_address == "ws://127.0.0.1:6090"


@pytest.mark.parametrize(
    "address", ["ws://HOST", "https://HOST", "wss://", "wss://HOST/media", "wss://HOST:99999"]
)
def test_an_address_of_streams_is_a_host_and_a_port_and_secret(tmp_path: Path, address: str) -> None:
    (fault,) = faults({**PRODUCTION, "MEDIA_URL": address}, tmp_path)
    assert fault.startswith("MEDIA_URL: ")


@pytest.mark.parametrize("port", ["abc", "0", "70000"])
def test_a_faulty_port_is_one_fault_and_not_those_of_the_addresses_made_of_it(
    tmp_path: Path, port: str
) -> None:
    found = faults(
        {"HOTLINE_ENV": "development", "PORT": port, "EXCHANGE_PORT": port, "SPEECH_PORT": port}, tmp_path
    )
    assert [fault.partition(":")[0] for fault in found] == ["PORT", "EXCHANGE_PORT", "SPEECH_PORT"]


def test_production_reads_no_dot_env(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=6000\n")
    assert load(PRODUCTION, tmp_path).port == 5000


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    for name in SECRETS:
        place = tmp_path / name
        place.write_text(PRODUCTION.get(name, "a3" * 16) + "\n")
        told = {**PRODUCTION, f"{name}_FILE": str(place)}
        told.pop(name, None)
        assert getattr(load(told), name.lower()) == Secret(PRODUCTION.get(name, "a3" * 16))


def test_a_secret_in_two_places_is_a_fault(tmp_path: Path) -> None:
    place = tmp_path / "key"
    place.write_text(KEY)
    (fault,) = faults({**PRODUCTION, "SECRET_KEY_FILE": str(place)})
    assert fault.startswith("SECRET_KEY: both")


@pytest.mark.parametrize("content", [None, b"", b" \n", b"k" * 20_000, b"\xff\xfe\xff"])
def test_a_file_that_gives_no_secret_is_one_fault(tmp_path: Path, content: bytes | None) -> None:
    place = tmp_path / "token"
    if content is not None:
        place.write_bytes(content)
    told = {name: value for name, value in PRODUCTION.items() if name != "TWILIO_AUTH_TOKEN"}
    (fault,) = faults({**told, "TWILIO_AUTH_TOKEN_FILE": str(place)})
    assert fault.startswith("TWILIO_AUTH_TOKEN_FILE: ")


def test_a_laptop_needs_nothing(tmp_path: Path) -> None:
    settings = load({"HOTLINE_ENV": "development", "BOOKS_DIR": str(tmp_path)}, tmp_path)
    assert settings.public_url == "http://127.0.0.1:5000"
    assert settings.twilio_api_url == "http://127.0.0.1:5080"
    assert settings.database_url == Secret(f"sqlite:///{tmp_path}/var/hotline.sqlite")
    assert settings.redis_url is None


def test_the_secrets_of_a_laptop_are_drawn_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    environ = {"HOTLINE_ENV": "development", "BOOKS_DIR": str(tmp_path)}
    first, second = load(environ, tmp_path), load(environ, tmp_path)
    assert first.secret_key == second.secret_key != first.twilio_auth_token
    kept = sorted((tmp_path / "var").iterdir())
    assert [file.name for file in kept] == ["auth_token", "secret_key"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in kept} == {0o600}


def test_the_environment_wins_over_dot_env_and_that_over_what_is_embedded(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=6000\nEXCHANGE_PORT=6080\nHOTLINE_ENV=production\n")
    environ = {"HOTLINE_ENV": "development", "PORT": "7000", "BOOKS_DIR": str(tmp_path)}
    settings = load(environ, tmp_path)
    assert (settings.port, settings.exchange_port) == (7000, 6080)
    assert (settings.public_url, settings.twilio_api_url) == (
        "http://127.0.0.1:7000",
        "http://127.0.0.1:6080",
    )
    assert settings.in_development


def test_settings_are_frozen_and_print_no_secret() -> None:
    settings = load(PRODUCTION)
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]
    shown = repr(settings) + str(settings)
    assert all(PRODUCTION[name] not in shown for name in SECRETS if name in PRODUCTION)
    assert "471163" not in shown


def test_the_shipped_book_is_the_default() -> None:
    assert Settings.model_fields["books_dir"].default == LIBRARY


def test_a_misspelt_setting_is_told_and_a_stranger_is_not() -> None:
    told = warnings(
        {"TWILIO_AUTH_TOKN": "1", "HOTLINE_COLOUR": "red", "PATH": "/bin", "SECRET_KEY_FILE": "/run/key"}
    )
    assert [line.partition(":")[0] for line in told] == ["HOTLINE_COLOUR", "TWILIO_AUTH_TOKN"]
    assert "did you mean TWILIO_AUTH_TOKEN?" in told[1]


def test_a_misspelt_setting_in_dot_env_is_told_where_that_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("REDIS_ULR=redis://127.0.0.1\n")
    assert warnings({}, tmp_path) == ()
    (line,) = warnings({"HOTLINE_ENV": "development"}, tmp_path)
    assert line == "REDIS_ULR: is not a setting; did you mean REDIS_URL?"


def test_looking_makes_nothing_and_draws_nothing(tmp_path: Path) -> None:
    judged = look({"HOTLINE_ENV": "development"}, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert judged.missing == {"SECRET_KEY", "TWILIO_AUTH_TOKEN"}
    assert all("not drawn yet; " in fault for fault in judged.faults)
    load({"HOTLINE_ENV": "development"}, tmp_path)
    assert look({"HOTLINE_ENV": "development"}, tmp_path).faults == ()


def test_what_is_in_order_can_be_looked_at_beside_what_is_not() -> None:
    judged = look({**PRODUCTION, "HOTLINE_NUMBER": "112", "SECRET_KEY": "", "PUBLIC_URL": "http://h.example"})
    assert judged.missing == {"HOTLINE_NUMBER", "SECRET_KEY"}
    assert len(judged.faults) == 3
    assert judged.settings.redis_url == Secret(PRODUCTION["REDIS_URL"])
    assert (judged.settings.port, judged.settings.public_url) == (5000, "http://h.example")


def test_what_is_missing_or_in_an_unreadable_file_is_not_there_to_be_looked_at() -> None:
    told = {**PRODUCTION, "REDIS_URL": "", "DATABASE_URL": "", "DATABASE_URL_FILE": "/nonexistent"}
    assert look(told).missing == {"REDIS_URL", "DATABASE_URL"}
