"""The document that the carrier keeps for the moment in which no machine of ours answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.end_to_end.running import ROOT

DOCUMENT, THANKS = "fallback.xml", "fallback-thanks.xml"
# Where the operator writes the address of the second document, see docs/deploy.md.
PLACE = "https://handler.twilio.com/twiml/EH00000000000000000000000000000000"


class _Bin(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Whatever is posted, the document is the same."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        name = THANKS if self.path.endswith(THANKS) else DOCUMENT
        text = (ROOT / "docs" / name).read_text("utf-8").replace(PLACE, f"/{THANKS}")
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_words: object) -> None:
        """Nothing: the tape has it."""


class _Server(ThreadingHTTPServer):
    # When a worker is killed, all of its callers come at once; Python's own five would turn them away.
    request_queue_size = 512
    daemon_threads = True


@contextmanager
def carriers_own() -> Iterator[str]:
    """Its address while this is open."""
    server = _Server(("127.0.0.1", 0), _Bin)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/{DOCUMENT}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
