"""`make fuzz`: all three kinds, with as many of each as the environment says, and what came of them."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict
from pathlib import Path
from time import monotonic

from storms.fuzz.books import judge_books
from storms.fuzz.requests import send_requests
from storms.fuzz.signatures import try_signatures
from tests.servers import redis_server

RESULTS = Path(__file__).resolve().parents[2] / "bench" / "results"
REQUESTS, BOOKS, FORGERIES, GENUINE = 1_000_000, 2_000, 10_000, 10_000
MOST_GROWTH = 50.0  # MB; what a million requests may leave in memory


def main() -> None:
    """Print and keep the figures; a fault ends it with the shortest way to it."""
    chance = int(os.environ.get("SEED") or secrets.randbelow(2**32))
    print(f"seed {chance}", flush=True)
    began = monotonic()
    each = _told("FORGERIES", FORGERIES)
    signatures = try_signatures(each, _told("GENUINE", GENUINE), chance)
    print(f"signatures {signatures}", flush=True)
    books = judge_books(_told("BOOKS", BOOKS), chance)
    print(f"books {books}", flush=True)
    with redis_server() as url:
        requests = send_requests(url, _told("REQUESTS", REQUESTS), chance)
    for name, found in asdict(requests).items():
        print(f"{name} {found}")
    print(f"{monotonic() - began:.0f} s")
    RESULTS.mkdir(parents=True, exist_ok=True)
    kept = {
        "seed": chance,
        "signatures": asdict(signatures),
        "books": asdict(books),
        "requests": asdict(requests),
    }
    (RESULTS / "fuzz.json").write_text(json.dumps(kept, indent=2), "utf-8")
    assert signatures.came_in == 0, "a forged request came in"
    assert signatures.kept_out == 0, "a genuine request was kept out"
    assert signatures.forged == signatures.kinds * each, "a forgery changed nothing"
    assert not requests.unentered, "nobody came through these doors"
    assert requests.grown < MOST_GROWTH, "memory grew"


def _told(name: str, usual: int) -> int:
    return int(os.environ.get(name) or usual)


if __name__ == "__main__":
    main()
