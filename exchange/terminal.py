"""A telephone in the terminal: `python -m exchange.terminal --exchange URL --from NUMBER --to NUMBER`.

It reads keys and prints what is heard, over the control surface of an exchange. Type keys and Enter to press
them; an empty line stays silent; `say 4` speaks for four seconds; `!` hangs up.
"""

import re
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import click
import httpx

# Real seconds: a little more than the exchange holds a poll, and the bound of one whole call.
POLL_TIMEOUT = 30.0
LONGEST_CALL = 4 * 3_600.0

LONGEST_LINE = 10_000  # characters
_SAY = re.compile(r"say ([0-9]{1,4})", re.IGNORECASE)

Read = Callable[[], str]
Write = Callable[[str], None]


@dataclass(slots=True)
class _Handset:
    client: httpx.Client
    write: Write
    call: str
    # A place for each time the call waits: a line from a pipe is pressed only when it is waited for.
    waits: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    over: threading.Event = field(default_factory=threading.Event)

    def act(self, line: str) -> None:
        keys = line.strip()
        if keys == "!":
            self.do("hangup", {})
        elif not keys:
            self.do("silence", {})
        elif spoken := _SAY.fullmatch(keys):
            self.do("speaks", {"seconds": int(spoken[1])})
        else:
            self.do("keys", {"keys": keys.replace(" ", "")})

    def do(self, deed: str, table: dict[str, Any]) -> None:
        reply = self.client.post(f"{self.call}/{deed}", json=table)
        if reply.status_code == 422:
            self.write(f"({reply.json()['error']})\n")
            # Nothing was pressed: the call still waits.
            self.waits.release()


def run(  # noqa: PLR0913 - where, two numbers, two ends of a pipe
    base_url: str, from_: str, to: str, read: Read, write: Write, *, at_once: bool = False
) -> int:
    """Hold one call. `read` gives a line with its newline, "" at the end; `write` takes text.

    A line waits until the call waits for the caller, so that a script can be piped in; with `at_once` (a
    person at a keyboard) it is pressed when it is typed. At the end of the input the caller hangs up. Returns
    0, or 1 if the call ended in a fault of the carrier or was never placed. Raises httpx.HTTPError when the
    exchange cannot be reached.
    """
    with httpx.Client(base_url=base_url, timeout=POLL_TIMEOUT, trust_env=False) as client:
        placed = client.post("/exchange/calls", json={"from": from_, "to": to})
        if placed.status_code != 201:
            write(f"(the call cannot be placed: {placed.text})\n")
            return 1
        handset = _Handset(client, write, f"/exchange/calls/{placed.json()['sid']}")
        threading.Thread(target=_read_lines, args=(handset, read, at_once), daemon=True).start()
        ended_by = _follow(handset)
        handset.over.set()
        handset.waits.release()
        return 1 if ended_by == "fault" else 0


def _follow(handset: _Handset) -> str:
    after = 0
    while True:
        events = handset.client.get(f"{handset.call}/events", params={"after": after}).json()
        for event in events:
            after = event["sequence"]
            if text := _told(event):
                handset.write(text + "\n")
            if event["kind"] == "listening":
                handset.waits.release()
            if event["kind"] == "ended":
                return str(event["by"])


def _read_lines(handset: _Handset, read: Read, at_once: bool) -> None:  # noqa: FBT001 - handed on
    try:
        while True:
            line = read()
            if not at_once:
                handset.waits.acquire(timeout=LONGEST_CALL)
            if handset.over.is_set():
                return
            handset.act(line or "!")
            if not line:
                return
    except httpx.HTTPError:
        # The call has ended in between; whoever follows its events says so.
        return


def _told(event: dict[str, Any]) -> str | None:
    match event["kind"]:
        case "saying":
            return str(event["text"])
        case "playing":
            return f"(a recording is played: {event['url'] or event['digits']})"
        case "ringing":
            return f"(ringing {event['number']})"
        case "bridged":
            return f"(talking to {event['number']})"
        case "recorded":
            return f"(recorded, {event['seconds']} s)"
        case "fault" if event["heard"]:
            return f"(fault {event['code']}: {event['what']})"
        case "ended":
            return f"(the call is over: {event['by']}, {event['status']})"
        case _:
            return None


@click.command()
@click.option(
    "--exchange", "url", required=True, help="Where the exchange is, such as http://127.0.0.1:5080."
)
@click.option("--from", "from_", required=True, help="The number that calls; `anonymous` if it is withheld.")
@click.option("--to", required=True, help="The number that is dialled.")
def main(url: str, from_: str, to: str) -> None:
    """A telephone over the exchange.

    Type keys and Enter; nothing but Enter is silence; `say 4` speaks for four seconds; `!` hangs up. The
    lines can also come through a pipe. Ends with 1 if the call was not placed or ended in a fault.
    """
    try:
        ended = run(url, from_, to, _read_line, _write, at_once=sys.stdin.isatty())
    except httpx.HTTPError as error:
        raise click.ClickException(f"the exchange at {url} cannot be reached: {error}") from error
    raise SystemExit(ended)


def _read_line() -> str:
    return sys.stdin.readline(LONGEST_LINE)


def _write(text: str) -> None:
    click.echo(text, nl=False)


if __name__ == "__main__":
    main()
