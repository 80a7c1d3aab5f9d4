"""What an answer means for a download that was begun before."""

import pytest

from speech.models.resuming import Do, Next, asked_for, judged, mark_of


@pytest.mark.parametrize(
    ("status", "headers", "here", "next_"),
    [
        (200, {"content-length": "10"}, 0, Next(Do.BEGIN, 10)),
        (200, {}, 0, Next(Do.BEGIN)),
        (200, {"content-length": "10"}, 4, Next(Do.BEGIN, 10)),
        (206, {"content-range": "bytes 4-9/10"}, 4, Next(Do.APPEND, 10)),
        (206, {"content-range": "bytes 4-9/*"}, 4, Next(Do.APPEND)),
        (206, {"content-range": "bytes 3-9/10"}, 4, Next(Do.ASK_ANEW)),
        (206, {"content-range": "bytes 0-9/10"}, 0, Next(Do.ASK_ANEW)),
        (206, {}, 4, Next(Do.ASK_ANEW)),
        (206, {"content-range": "words 4-9/10"}, 4, Next(Do.ASK_ANEW)),
        (416, {"content-range": "bytes */4"}, 4, Next(Do.WHOLE, 4)),
        (416, {"content-range": "bytes */3"}, 4, Next(Do.ASK_ANEW)),
        (416, {}, 4, Next(Do.ASK_ANEW)),
        (416, {}, 0, Next(Do.GIVE_UP)),
        (404, {}, 0, Next(Do.GIVE_UP)),
        (304, {}, 4, Next(Do.GIVE_UP)),
    ],
)
def test_only_the_part_that_was_asked_for_is_put_behind_what_is_here(
    status: int, headers: dict[str, str], here: int, next_: Next
) -> None:
    assert judged(status, headers, here) == next_


def test_what_cannot_be_known_again_is_asked_for_whole() -> None:
    assert asked_for(10, None) == {}
    assert asked_for(0, '"a"') == {}
    assert asked_for(10, '"a"') == {"Range": "bytes=10-", "If-Range": '"a"'}


def test_a_weak_tag_says_nothing_about_bytes() -> None:
    assert mark_of({"etag": '"a"', "last-modified": "yesterday"}) == '"a"'
    assert mark_of({"etag": 'W/"a"', "last-modified": "yesterday"}) == "yesterday"
    assert mark_of({"etag": 'W/"a"'}) is None
