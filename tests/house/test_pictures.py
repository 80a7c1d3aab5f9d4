"""The pictures in the documents show the house as it is."""

import struct

from foundation.settings import LIBRARY
from ivr.menus.drawing import draw
from ivr.menus.loader import load
from tests.house.plan import ROOT

FOLDER = ROOT / "docs" / "pictures"


def test_the_book_in_the_documents_is_the_shipped_one() -> None:
    shown = (FOLDER / "book.svg").read_text("utf-8")
    assert shown == draw(load(LIBRARY)), "make pictures"


def test_the_phone_in_the_documents_is_a_picture_of_a_readable_size() -> None:
    head = (FOLDER / "phone.png").read_bytes()[:24]
    width, height = struct.unpack(">II", head[16:24])
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert width >= 1_200
    assert height >= 700


def test_the_call_in_the_documents_moves() -> None:
    told = (FOLDER / "call.gif").read_bytes()
    assert told[:6] == b"GIF89a"
    # A graphic control extension stands before each frame.
    assert told.count(b"\x21\xf9\x04") > 10
