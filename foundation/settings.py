"""What the hotline is told from outside: every setting, its rule, and all that is wrong with them at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from foundation import fault_points
from foundation.development import DRAWN, embedded
from foundation.setting_faults import in_words, misspelt, unfit_for_production
from foundation.setting_kinds import (
    Address,
    DatabaseAddress,
    Folder,
    Hidden,
    MediaAddress,
    Number,
    Port,
    RedisAddress,
    Sid,
)

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "ivr" / "menus" / "library"
LARGEST_SECRET_FILE = 16_384  # bytes; a longer file is the wrong file


class SettingsFault(Exception):
    """Everything that is wrong with the settings; each fault is one line: name, what is wrong, cure."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


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
    spool_dir: Path = Path("/var/lib/hotline/spool")
    books_dir: Folder = LIBRARY
    twilio_account_sid: Sid | None = None
    twilio_auth_token: Hidden
    twilio_auth_token_secondary: Hidden | None = None
    twilio_api_key_sid: Sid | None = None
    twilio_api_key_secret: Hidden | None = None
    twilio_api_url: Address = "https://api.twilio.com"
    hotline_number: Number
    person_fallback_number: Number
    exchange_port: Port = 5080
    speech_port: Port = 5090
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    web_workers: Annotated[int, Field(ge=1, le=64)] = 2
    web_threads: Annotated[int, Field(ge=1, le=256)] = 8
    metrics_token: Hidden | None = None
    # 0: as many as come.
    calls_at_once: Annotated[int, Field(ge=0, le=1_000_000)] = 1_000
    calls_a_minute: Annotated[int, Field(ge=0, le=1_000_000)] = 600
    calls_of_a_number: Annotated[int, Field(ge=0, le=1_000_000)] = 30
    speech_models: Path = Path("/var/lib/hotline/speech-models")
    hosted_recognition: Literal["off", "on"] = "off"
    # Empty: made of PUBLIC_URL, see `media_address`.
    media_url: MediaAddress | None = None
    # 0: as many as were measured for each core.
    speech_streams: Annotated[int, Field(ge=0, le=10_000)] = 0

    @property
    def in_development(self) -> bool:
        """Whether this is a laptop, where what is missing is embedded."""
        return self.hotline_env == "development"

    @property
    def media_address(self) -> str:
        """Where streams reach us: as was told, else PUBLIC_URL's host, on a laptop with SPEECH_PORT."""
        if self.media_url is not None:
            return self.media_url
        parts = urlsplit(self.public_url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        if not self.in_development:
            return f"{scheme}://{parts.netloc}"
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{scheme}://{host}:{self.speech_port}"


PRODUCTION, DEVELOPMENT = "production", "development"
PORTS = frozenset({"PORT", "EXCHANGE_PORT", "SPEECH_PORT"})
NAMES = tuple(name.upper() for name in Settings.model_fields)
SECRETS = (
    *("SECRET_KEY", "DATABASE_URL", "REDIS_URL"),
    *("TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_SECONDARY", "TWILIO_API_KEY_SECRET", "METRICS_TOKEN"),
)
_PORT: TypeAdapter[int] = TypeAdapter(Port)


@dataclass(frozen=True, slots=True)
class Judged:
    """What stands in the environment: of the names in `missing` the settings have no value to be read."""

    settings: Settings
    missing: frozenset[str]
    faults: tuple[str, ...]


def load(environ: Mapping[str, str], root: Path = ROOT) -> Settings:
    """The settings in `environ`, or SettingsFault with everything that is wrong with them.

    In development `root/.env` is read too (the environment wins), and what is still open is embedded.
    """
    judged = _judged(environ, root, draw=True)
    if judged.faults:
        raise SettingsFault(judged.faults)
    return judged.settings


def look(environ: Mapping[str, str], root: Path = ROOT) -> Judged:
    """What `load` would find. Nothing is made for it: a laptop's secrets are missing until they are drawn."""
    return _judged(environ, root, draw=False)


def warnings(environ: Mapping[str, str], root: Path = ROOT) -> tuple[str, ...]:
    """Variables that look like settings and are none, a line each with the setting that was meant."""
    known = {*NAMES, *(f"{name}_FILE" for name in SECRETS), *fault_points.VARIABLES}
    return misspelt(_told(environ, root).keys(), known)


def _judged(environ: Mapping[str, str], root: Path, *, draw: bool) -> Judged:
    values, faults, unreadable = _with_files(_told(environ, root))
    environment = environ.get("HOTLINE_ENV") or PRODUCTION
    undrawn: set[str] = set()
    if environment == DEVELOPMENT:
        values = embedded(_with_sound_ports(values), root, draw=draw) | values
        undrawn = set(DRAWN) - values.keys() - unreadable
    settings, found, missing = _parsed({**values, "HOTLINE_ENV": environment})
    missing |= unreadable
    faults += [fault for name, fault in found if name not in unreadable | undrawn]
    faults += [f"{name}: is not drawn yet; `hotline run` draws and keeps it" for name in sorted(undrawn)]
    if environment != DEVELOPMENT:
        faults += unfit_for_production(values)
        if "REDIS_URL" not in values:
            missing.add("REDIS_URL")
            if "REDIS_URL" not in unreadable:
                faults.append("REDIS_URL: is missing; set REDIS_URL or REDIS_URL_FILE")
    return Judged(settings, frozenset(missing), tuple(dict.fromkeys(faults)))


def _told(environ: Mapping[str, str], root: Path) -> dict[str, str]:
    """Everything that is set, also by strangers, in development with `root/.env`; empty is not set."""
    in_development = environ.get("HOTLINE_ENV") == DEVELOPMENT
    told = {**_dot_env(root), **environ} if in_development else environ
    return {name: value for name, value in told.items() if value.strip()}


def _with_sound_ports(values: Mapping[str, str]) -> dict[str, str]:
    """The values with ports as the settings read them; a faulty one is told once, under its own name."""
    sound = dict(values)
    for name in PORTS & values.keys():
        try:
            sound[name] = str(_PORT.validate_python(values[name]))
        except ValidationError:
            del sound[name]
    return sound


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


def _parsed(values: Mapping[str, str]) -> tuple[Settings, list[tuple[str, str]], set[str]]:
    """The settings, the faults by name, and the names that have no value; without a fault there are none."""
    told = {name.lower(): value for name, value in values.items()}
    try:
        return Settings.model_validate(told), [], set()
    except ValidationError as found:
        errors = [(str(error["loc"][0]).upper(), error) for error in found.errors()]
    missing = {name for name, _ in errors}
    sound = {name: _alone(name, value) for name, value in told.items() if name.upper() not in missing}
    faults = [(name, in_words(name, error, has_file=name in SECRETS)) for name, error in errors]
    return Settings.model_construct(**sound), faults, missing


def _alone(name: str, value: str) -> Any:  # noqa: ANN401  # each setting has its own type
    """One setting that is in order, beside others that are not."""
    kind = Settings.model_fields[name].rebuild_annotation()
    return TypeAdapter(kind, config=ConfigDict(arbitrary_types_allowed=True)).validate_python(value)
