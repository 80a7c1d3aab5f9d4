"""A telephone in the terminal: `python -m exchange.terminal --exchange URL --from NUMBER --to NUMBER`.

It reads keys and prints what is heard, over the line of an exchange (exchange/surface/line.py). Type keys and
Enter to press them; an empty line stays silent; `say 4` speaks for four seconds; `say a refund` says these
words; `!` hangs up.
"""

import json
import re
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import click
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

# Real seconds: for the exchange to take the call, and the bound of one whole call.
OPENING = 10.0
LONGEST_CALL = 4 * 3_600.0
LARGEST_EVENT = 16 * 1024 * 1024  # bytes; a document stands in one

LONGEST_LINE = 10_000  # characters
_SPEAK = re.compile(r"say ([0-9]{1,4})", re.IGNORECASE)
_SAY = re.compile(r"say (\S.*)", re.IGNORECASE)

Read = Callable[[], str]
Write = Callable[[str], None]


@dataclass(slots=True)
class _Handset:
    socket: ClientConnection
    write: Write
    # A place for each time the call waits: a line from a pipe is pressed only when it is waited for.
    waits: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    over: threading.Event = field(default_factory=threading.Event)

    def act(self, line: str) -> None:
        keys = line.strip()
        if keys == "!":
            self.do({"hangup": True})
        elif not keys:
            self.do({"silence": True})
        elif spoken := _SPEAK.fullmatch(keys):
            self.do({"speaks": int(spoken[1])})
        elif said := _SAY.fullmatch(keys):
            self.do({"says": said[1]})
        else:
            self.do({"keys": keys.replace(" ", "")})

    def do(self, deed: dict[str, Any]) -> None:
        self.socket.send(json.dumps(deed))

    def refused(self, why: str) -> None:
        self.write(f"({why})\n")
        # Nothing was pressed: the call still waits.
        self.waits.release()


def run(  # noqa: PLR0913 - where, two numbers, two ends of a pipe
    base_url: str, from_: str, to: str, read: Read, write: Write, *, at_once: bool = False
) -> int:
    """Hold one call. `read` gives a line with its newline, "" at the end; `write` takes text.

    A line waits until the call waits for the caller, so that a script can be piped in; with `at_once` (a
    person at a keyboard) it is pressed when it is typed. At the end of the input the caller hangs up. Returns
    0, or 1 if the call ended in a fault of the carrier or was never placed. Raises OSError or
    WebSocketException when the exchange cannot be reached.
    """
    line = f"{base_url.replace('http', 'ws', 1)}/exchange/line?{urlencode({'from': from_, 'to': to})}"
    with connect(line, open_timeout=OPENING, max_size=LARGEST_EVENT, proxy=None) as socket:
        placed = json.loads(socket.recv(OPENING))
        if "error" in placed:
            write(f"(the call cannot be placed: {placed['error']})\n")
            return 1
        handset = _Handset(socket, write)
        threading.Thread(target=_read_lines, args=(handset, read, at_once), daemon=True).start()
        ended_by = _follow(handset)
        handset.over.set()
        handset.waits.release()
        return 1 if ended_by == "fault" else 0


def _follow(handset: _Handset) -> str:
    while True:
        event = json.loads(handset.socket.recv(LONGEST_CALL))
        if "kind" not in event:
            handset.refused(event["error"])
            continue
        if text := _told(event):
            handset.write(text + "\n")
        if event["kind"] == "listening":
            handset.waits.release()
        elif event["kind"] == "ended":
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
    except ConnectionClosed:
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

    Type keys and Enter; nothing but Enter is silence; `say 4` speaks for four seconds, `say a refund` says
    these words; `!` hangs up. The lines can also come through a pipe. Ends with 1 if the call was not
    placed or ended in a fault.
    """
    try:
        ended = run(url, from_, to, _read_line, _write, at_once=sys.stdin.isatty())
    except (OSError, ValueError, WebSocketException) as error:
        raise click.ClickException(f"the exchange at {url} cannot be reached: {error}") from error
    raise SystemExit(ended)


def _read_line() -> str:
    return sys.stdin.readline(LONGEST_LINE)


def _write(text: str) -> None:
    click.echo(text, nl=False)


if __name__ == "__main__":
    main()
