"""Start and Stop as they are read: what they say, and what the carrier's pages do not allow."""

import pytest

from exchange.faults import CarrierFault
from exchange.media.door import checked_stream_url
from exchange.twiml.reader import read_document
from exchange.twiml.verbs import StartStream, StopStream

URL = 'url="wss://h/media"'


def verbs(text: str) -> tuple[object, ...]:
    return read_document(f"<Response>{text}</Response>".encode()).verbs


def test_a_stream_is_read_with_all_that_it_says() -> None:
    noun = (
        f'<Stream name="ears-1" {URL} track="inbound_track" statusCallback="/s" statusCallbackMethod="get">'
        '<Parameter name="token" value="x"/><Parameter name="empty" value=""/></Stream>'
    )
    (start,) = verbs(f"<Start>{noun}</Start>")
    parameters = (("token", "x"), ("empty", ""))
    assert start == StartStream("ears-1", "wss://h/media", parameters, "/s", "GET")
    assert verbs('<Stop><Stream name="ears-1"/></Stop>') == (StopStream("ears-1"),)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<Start/>", "holds one noun"),
        (f"<Start><Stream {URL}/><Stream {URL}/></Start>", "holds one noun"),
        ("<Start><Stream/></Start>", "there is no URL"),
        (f'<Start><Stream {URL} track="both_tracks"/></Start>', "none of inbound_track"),
        (f'<Start><Stream {URL} colour="red"/></Start>', "no attribute 'colour'"),
        (f"<Start><Stream {URL}>text</Stream></Start>", "only <Parameter>s"),
        (f"<Start><Stream {URL}><Say>x</Say></Stream></Start>", "may not stand inside <Stream>"),
        (f'<Start><Stream {URL}><Parameter value="x"/></Stream></Start>', "a name"),
        (
            f'<Start><Stream {URL}><Parameter name="x" value="{"y" * 500}"/></Stream></Start>',
            "500 characters",
        ),
        ("<Start><Siprec/></Start>", "does not carry"),
        ("<Start><Say>x</Say></Start>", "may not stand inside <Start>"),
        ("<Stop><Stream/></Stop>", "there is no name"),
    ],
)
def test_what_the_pages_do_not_allow_is_refused(text: str, why: str) -> None:
    with pytest.raises(CarrierFault, match=why) as refused:
        verbs(text)
    assert refused.value.code == 12200


@pytest.mark.parametrize("url", ["wss://hotline.example.org/media", "ws://127.0.0.1:8001/m", "ws://[::1]/m"])
def test_a_stream_goes_anywhere_in_secret_and_openly_to_this_machine_alone(url: str) -> None:
    assert checked_stream_url(url, "<Stream url>") == url


@pytest.mark.parametrize(
    "url",
    [
        "ws://hotline.example.org/m",
        "ws://127.0.0.1.example.org/m",
        "https://h/m",
        "wss:///m",
        "wss://h/m?a=b",
    ],
)
def test_other_addresses_of_streams_are_refused(url: str) -> None:
    with pytest.raises(CarrierFault) as refused:
        checked_stream_url(url, "<Stream url>")
    assert refused.value.code == 31923
