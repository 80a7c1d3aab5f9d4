"""The picture of the book is told to whoever holds the token: of the live one, and of each that was."""

from __future__ import annotations

import pytest
from flask import Flask
from lxml import etree

from callbacks.store import TicketStore
from foundation.clock import Deadline
from foundation.redaction import Secret
from ivr.calls.sealing import Seal
from ivr.calls.story import Stories
from ivr.handlers.inside import InsideDoor
from ivr.menus.model import MenuBook
from processes.rehearsal.stage import OneBook, Stage
from tests.inside_web import KEY, inside_web

BEARER = {"Authorization": f"Bearer {KEY.reveal()}"}


def test_the_book_is_told_as_a_picture_with_a_place_for_every_node(app: Flask, here: Stage) -> None:
    for query in ("", f"?version={here.book.version}"):
        answer = app.test_client().get(f"/inside/book.svg{query}", headers=BEARER)
        assert answer.status_code == 200
        assert answer.mimetype == "image/svg+xml"
        groups = [
            one for one in etree.fromstring(answer.data).iter() if one.get("id", "").startswith("node-")
        ]
        assert {one.get("id") for one in groups} == {f"node-{name}" for name in here.book.nodes}
        assert all("node" in one.get("class", "").split() for one in groups)


def test_a_picture_is_drawn_once_and_another_book_has_its_own(here: Stage) -> None:
    drawn: list[str] = []

    def drawing(book: MenuBook) -> str:
        drawn.append(book.version)
        return f"<svg>{book.version}</svg>"

    class Shelf(OneBook):
        def pinned(self, version: str, deadline: Deadline | None = None) -> MenuBook | None:
            del deadline
            return self.book.model_copy(update={"version": version})

    app = inside_web(here)
    stories = Stories(here.database, Seal(Secret("k" * 32)), TicketStore())
    app.view_functions["/inside/book.svg"] = InsideDoor(KEY, stories, Shelf(here.book), drawing).book
    client = app.test_client()
    for version in ("ab" * 32, "ab" * 32, "cd" * 32):
        told = client.get(f"/inside/book.svg?version={version}", headers=BEARER)
        assert told.text == f"<svg>{version}</svg>"
    assert drawn == ["ab" * 32, "cd" * 32]


@pytest.mark.parametrize("version", ["ab" * 32, "", "x", "'", "%00", "9" * 5_000])
def test_a_book_that_nobody_has_is_not_found(app: Flask, version: str) -> None:
    answer = app.test_client().get(f"/inside/book.svg?version={version}", headers=BEARER)
    assert (answer.status_code, answer.json) == (404, {"error": "there is no book of this version"})
