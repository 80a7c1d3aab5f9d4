"""A program that uses the REST part of an exchange by hand, as the vendor's pages show it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from exchange.exchange import Exchange
from tests.exchange.conftest import ACCOUNT, NUMBER, TOKEN

OWN = (ACCOUNT, TOKEN)
NOWHERE = "http://127.0.0.1:1/nobody"


@dataclass(frozen=True)
class Rest:
    exchange: Exchange
    timeout: float = 5.0

    def address(self, path: str) -> str:
        return f"{self.exchange.api_url}/2010-04-01/Accounts/{ACCOUNT}{path}"

    def get(self, path: str, **asked: str) -> httpx.Response:
        return httpx.get(self.address(path), params=asked, auth=OWN, timeout=self.timeout)

    def post(self, path: str, **told: Any) -> httpx.Response:  # noqa: ANN401
        fields = {name: value for name, value in told.items() if value is not None}
        return httpx.post(self.address(path), data=fields, auth=OWN, timeout=self.timeout)

    def call(self, to: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        return self.post("/Calls.json", **{"From": NUMBER, "To": to, "Url": NOWHERE, **more})

    def text(self, to: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        return self.post("/Messages.json", **{"From": NUMBER, "To": to, "Body": "Hello", **more})

    def listed(self, room: str, **asked: str) -> list[dict[str, Any]]:
        answer = self.get(f"/{room.title()}.json", **asked)
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()[room]
        return rows

    def until(self, uri: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """What stands at this address of the account once it fits; TimeoutError after ten seconds."""
        until = time.monotonic() + 10
        while True:
            table: dict[str, Any] = httpx.get(self.exchange.api_url + uri, auth=OWN).json()
            if fits(table):
                return table
            if time.monotonic() > until:
                raise TimeoutError(f"{uri}: {table}")
            time.sleep(0.02)


def code(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["code"]
