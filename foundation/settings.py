"""What the hotline is told from outside: every setting, its rule, and all that is wrong with them at once."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from foundation.development import embedded
from foundation.phone_numbers import parse
from foundation.redaction import Secret
from foundation.setting_faults import in_words, misspelt, unfit_for_production

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "ivr" / "menus" / "library"
LARGEST_SECRET_FILE = 16_384  # bytes; a longer file is the wrong file

_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
_DATABASES = ("sqlite:", "sqlite+pysqlite:", "postgresql:", "postgresql+psycopg:")
_REDISES = ("redis://", "rediss://", "unix://")


class SettingsFault(Exception):
    """Everything that is wrong with the settings; each fault is one line: name, what is wrong, cure."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _address(written: str) -> str:
    parts = urlsplit(written)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError("is not an address; write https://HOST")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError("has more than a host and a port; write https://HOST alone")
    return written.rstrip("/")


def _number(written: str) -> str:
    number = parse(written, "ZZ") if written.startswith("+") else None
    if number is None:
        raise ValueError("is not a telephone number; write it with + and the country, as +622150001000")
    return number.e164


def _sid(written: str) -> str:
    if not _SID.fullmatch(written):
        raise ValueError("is not the carrier's identifier; copy the two capitals and 32 of 0-9, a-f")
    return written


def _folder(written: Path) -> Path:
    if not written.is_dir():
        raise ValueError("names no folder; create it or take the setting away")
    return written


def _database(written: Secret) -> Secret:
    if not written.reveal().startswith(_DATABASES):
        raise ValueError("is no database of ours; write sqlite:///FILE or postgresql://USER@HOST/NAME")
    return written


def _redis(written: Secret) -> Secret:
    if not written.reveal().startswith(_REDISES):
        raise ValueError("is no Redis; write redis://HOST:6379/0")
    return written


def _hide(written: object) -> object:
    return Secret(written) if isinstance(written, str) else written


Hidden = Annotated[Secret, BeforeValidator(_hide)]
DatabaseAddress = Annotated[Secret, BeforeValidator(_hide), AfterValidator(_database)]
RedisAddress = Annotated[Secret, BeforeValidator(_hide), AfterValidator(_redis)]
Address = Annotated[str, AfterValidator(_address)]
Number = Annotated[str, AfterValidator(_number)]
Sid = Annotated[str, AfterValidator(_sid)]
Port = Annotated[int, Field(ge=1, le=65_535)]


class Settings(BaseModel):
    """One frozen value for the whole process; a field is named as its variable, in small letters.

    Numbers are E.164 (`+622150001000`), addresses have no path and no slash at the end.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True)

    hotline_env: Literal["production", "development"]
    public_url: Address
    port: Port = 5000
    secret_key: Hidden
    database_url: DatabaseAddress
    redis_url: RedisAddress | None = None
    books_dir: Annotated[Path, AfterValidator(_folder)] = LIBRARY
    twilio_account_sid: Sid | None = None
    twilio_auth_token: Hidden
    twilio_auth_token_secondary: Hidden | None = None
    twilio_api_key_sid: Sid | None = None
    twilio_api_key_secret: Hidden | None = None
    twilio_api_url: Address = "https://api.twilio.com"
    hotline_number: Number
    person_fallback_number: Number
    exchange_port: Port = 5080
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    web_workers: Annotated[int, Field(ge=1, le=64)] = 2
    web_threads: Annotated[int, Field(ge=1, le=256)] = 8

    @property
    def in_development(self) -> bool:
        """Whether this is a laptop, where what is missing is embedded."""
        return self.hotline_env == "development"


NAMES = tuple(name.upper() for name in Settings.model_fields)
SECRETS = (
    *("SECRET_KEY", "DATABASE_URL", "REDIS_URL"),
    *("TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_SECONDARY", "TWILIO_API_KEY_SECRET"),
)


def load(environ: Mapping[str, str], root: Path = ROOT) -> Settings:
    """The settings in `environ`, or SettingsFault with everything that is wrong with them.

    In development `root/.env` is read too (the environment wins), and what is still open is embedded.
    """
    environment = environ.get("HOTLINE_ENV") or "production"
    in_development = environment == "development"
    told = {**_dot_env(root), **environ} if in_development else environ
    values, faults, unreadable = _with_files({name: value for name, value in told.items() if value.strip()})
    if in_development:
        values = embedded(values, root) | values
    settings, found = _judged({**values, "HOTLINE_ENV": environment}, unreadable)
    faults += found
    if not in_development:
        faults += unfit_for_production(values)
        if "REDIS_URL" not in values and "REDIS_URL" not in unreadable:
            faults.append("REDIS_URL: is missing; set REDIS_URL or REDIS_URL_FILE")
    if faults or settings is None:
        raise SettingsFault(tuple(dict.fromkeys(faults)))
    return settings


def warnings(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Variables that look like settings and are none, a line each with the setting that was meant."""
    return misspelt(environ.keys(), {*NAMES, *(f"{name}_FILE" for name in SECRETS)})


def _dot_env(root: Path) -> dict[str, str]:
    written = dotenv_values(root / ".env", interpolate=False)
    return {name: value for name, value in written.items() if value}


def _with_files(told: Mapping[str, str]) -> tuple[dict[str, str], list[str], set[str]]:
    """Our settings with the secrets that stand in files; the files' faults; whose file is unreadable."""
    values = {name: told[name].strip() for name in NAMES if name in told}
    faults, unreadable = [], set()
    for name in SECRETS:
        place = told.get(f"{name}_FILE")
        if place and name in values:
            faults.append(f"{name}: both {name} and {name}_FILE are set; take one away")
        elif place:
            try:
                values[name] = _read(Path(place))
            except (OSError, ValueError) as fault:
                unreadable.add(name)
                faults.append(f"{name}_FILE: {_reason(fault)}; name a readable file with the secret alone")
    return values, faults, unreadable


def _read(place: Path) -> str:
    if place.stat().st_size > LARGEST_SECRET_FILE:
        raise ValueError("is too large")
    written = place.read_text("utf-8").strip()
    if not written:
        raise ValueError("is empty")
    return written


def _reason(fault: OSError | ValueError) -> str:
    if isinstance(fault, OSError):
        return f"cannot be read ({fault.strerror})"
    return "is not text" if isinstance(fault, UnicodeError) else str(fault)


def _judged(values: Mapping[str, str], unreadable: set[str]) -> tuple[Settings | None, list[str]]:
    try:
        return Settings.model_validate({name.lower(): value for name, value in values.items()}), []
    except ValidationError as found:
        errors = [(str(error["loc"][0]).upper(), error) for error in found.errors()]
        return None, [
            in_words(name, error, has_file=name in SECRETS)
            for name, error in errors
            if name not in unreadable
        ]
