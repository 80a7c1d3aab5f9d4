"""Holds what passed between an exchange and its customers against the carrier's published description.

The description is Twilio's own OpenAPI file, which an npm package of Twilio carries (package.json says why it
is installed and never runs). What is on the tape is judged, so that whoever asked need not know of it.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from exchange.tape import Tape, TapeEvent
from tests.exchange.conftest import ACCOUNT
from tests.servers import missing

PACKAGE = Path(__file__).resolve().parents[2] / "node_modules" / "@twilio-alpha" / "mcp"
DESCRIPTION = PACKAGE / "twilio-oai" / "spec" / "json" / "twilio_api_v2010.json"
CARRIER = "https://api.twilio.com"
# What this exchange has routes for; the whole file takes ten times as long to read.
ROOMS = ("Calls", "Messages", "Recordings", "IncomingPhoneNumbers")


@cache
def description() -> OpenAPI:
    """The description. None here: skip at home, fail in CI."""
    if not DESCRIPTION.exists():
        missing("no published description here (npm ci brings it)")
    told = json.loads(DESCRIPTION.read_text("utf-8"))
    account = "/2010-04-01/Accounts/{AccountSid}"
    kept = {f"{account}/{room}{ending}" for room in ROOMS for ending in (".json", "/{Sid}.json")}
    kept |= {"/2010-04-01/Accounts/{Sid}.json", f"{account}/Calls/{{CallSid}}/Notifications.json"}
    kept |= {f"{account}/Calls/{{CallSid}}/Streams{ending}" for ending in (".json", "/{Sid}.json")}
    assert kept <= told["paths"].keys()
    told["paths"] = {path: rooms for path, rooms in told["paths"].items() if path in kept}
    # The file itself is the carrier's business, and checking it against the standard takes long.
    return OpenAPI.from_dict(told, config=Config(spec_validator_cls=None))


class Asked:
    """A request from the tape, in the shape that openapi-core reads."""

    def __init__(self, told: Mapping[str, object]) -> None:
        fields = told["fields"]
        assert isinstance(fields, dict)
        self.method = str(told["method"]).lower()
        self.path = str(told["path"])
        posted = self.method == "post"
        query = ImmutableMultiDict({} if posted else fields)
        self.parameters = RequestParameters(query=query, header=Headers({"Authorization": "Basic eDp5"}))
        self.body = urlencode(fields, doseq=True).encode() if posted else None

    host_url = CARRIER
    content_type = "application/x-www-form-urlencoded"

    @property
    def full_url_pattern(self) -> str:
        return CARRIER + self.path


class Told:
    """An answer from the tape, likewise."""

    content_type = "application/json"

    def __init__(self, told: Mapping[str, object]) -> None:
        self.status_code = int(str(told["status"]))
        self.data = str(told["body"]).encode()
        self.headers: Mapping[str, str] = {}


def breaches(tape: Tape) -> list[str]:
    """What on a tape is not as published: every request that was accepted, and its answer."""
    return [breach for asked, told in _pairs(tape) for breach in _breaches(asked, told)]


def accepted(tape: Tape) -> list[str]:
    """What was asked for and done, so that a test can see that there was anything to judge."""
    return [str(asked.details["what"]) for asked, _ in _pairs(tape)]


def _pairs(tape: Tape) -> Iterator[tuple[TapeEvent, TapeEvent]]:
    asked = {one.details["request"]: one for one in tape.events(ACCOUNT, "asked")}
    for told in tape.events(ACCOUNT, "told"):
        if told.details["status"] in (200, 201, 204) and not told.details["what"].startswith("media."):
            yield asked[told.details["request"]], told


def _breaches(asked: TapeEvent, told: TapeEvent) -> Iterator[str]:
    request = Asked(asked.details)
    try:
        description().validate_request(request)
        if told.details["status"] != 204:
            description().validate_response(request, Told(told.details))
    except OpenAPIError as error:
        yield f"{asked.details['what']}: {error!r} {error.__cause__!r}"
