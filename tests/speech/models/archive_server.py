"""A real web server of the loopback that hands out one archive, well or badly."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CUT_NEVER = 1 << 62


@dataclass
class Served:
    """What is handed out and how; to be changed while it runs. `cuts`: bytes after which each answer ends."""

    content: bytes
    cuts: list[int] = field(default_factory=list)
    tag: str | None = None
    lies: str = ""  # "range": another part than asked for; "length": more than it says; "always": 200
    status: int = 200
    moved_to: str = ""
    asked: list[str] = field(default_factory=list)  # the ranges, "" for none

    @property
    def etag(self) -> str:
        return self.tag if self.tag is not None else f'"{hashlib.sha256(self.content).hexdigest()[:12]}"'


@contextmanager
def archive_server(served: Served) -> Iterator[str]:
    """The address of the archive."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.headers.get("Range", ""))
            if served.moved_to:
                self.send_response(302)
                self.send_header("Location", served.moved_to)
                self.end_headers()
            elif served.status != 200:
                self.send_error(served.status)
            else:
                _hand_out(self, served)

        def log_message(self, *_words: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/models/tiny.zip"
    finally:
        server.shutdown()
        server.server_close()


def _hand_out(handler: BaseHTTPRequestHandler, served: Served) -> None:
    begin = _begin(handler, served)
    whole = len(served.content)
    if begin >= whole:
        handler.send_response(416)
        handler.send_header("Content-Range", f"bytes */{whole}")
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    told = begin + 1 if begin and served.lies == "range" else begin
    handler.send_response(206 if begin else 200)
    if begin:
        handler.send_header("Content-Range", f"bytes {told}-{whole - 1}/{whole}")
    if served.etag:
        handler.send_header("ETag", served.etag)
    length = whole - begin
    if served.lies == "length":
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        body = served.content[begin:]
        handler.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
        return
    handler.send_header("Content-Length", str(length))
    handler.end_headers()
    cut = served.cuts.pop(0) if served.cuts else CUT_NEVER
    handler.wfile.write(served.content[begin : begin + cut])
    handler.close_connection = True


def _begin(handler: BaseHTTPRequestHandler, served: Served) -> int:
    found = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    same = handler.headers.get("If-Range") == served.etag
    return int(found[1]) if found and same and served.lies != "always" else 0
