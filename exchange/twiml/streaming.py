"""Reads Start and Stop, and the Stream inside them.

Pages: https://www.twilio.com/docs/voice/twiml/start, .../stop and https://www.twilio.com/docs/voice/twiml/stream.
"""

from xml.etree.ElementTree import Element

from exchange.faults import SCHEMA, CarrierFault
from exchange.twiml.attributes import Attributes
from exchange.twiml.playing import no_content
from exchange.twiml.verbs import StartStream, StopStream

# Name and value of a parameter together, in characters.
LONGEST_PARAMETER = 500
MOST_PARAMETERS = 99
# Other nouns of Twilio's, so that a fault can tell them from a misspelling.
NOT_CARRIED = frozenset({"Siprec", "Transcription", "Recording"})


def read_start(element: Element) -> StartStream:
    """Read <Start>; it may have an address that is told of what it starts, which the Stream has too."""
    stream = _noun(element)
    attributes = Attributes(stream)
    attributes.choice("track", "inbound_track", ("inbound_track",))
    url = attributes.text("url", "").strip()
    if not url:
        raise CarrierFault(SCHEMA, "<Stream>: there is no URL")
    start = StartStream(
        name=attributes.text("name", ""),
        url=url,
        parameters=_parameters(stream),
        status_url=attributes.url("statusCallback"),
        status_method=attributes.method("statusCallbackMethod"),
    )
    attributes.done()
    return start


def read_stop(element: Element) -> StopStream:
    """Read <Stop>: a stream is stopped by its name."""
    stream = _noun(element)
    attributes = Attributes(stream)
    name = attributes.text("name", "")
    attributes.done()
    no_content(stream)
    if not name:
        raise CarrierFault(SCHEMA, "<Stop><Stream>: there is no name")
    return StopStream(name)


def _noun(element: Element) -> Element:
    Attributes(element).done()
    if len(element) != 1 or (element.text or "").strip() or (element[0].tail or "").strip():
        raise CarrierFault(SCHEMA, f"<{element.tag}> holds one noun, such as <Stream>")
    noun = element[0]
    if noun.tag in NOT_CARRIED:
        raise CarrierFault(SCHEMA, f"the exchange does not carry <{noun.tag}> inside <{element.tag}> yet")
    if noun.tag != "Stream":
        raise CarrierFault(SCHEMA, f"<{noun.tag}> may not stand inside <{element.tag}>")
    return noun


def _parameters(stream: Element) -> tuple[tuple[str, str], ...]:
    if len(stream) > MOST_PARAMETERS:
        raise CarrierFault(SCHEMA, f"<Stream>: more than {MOST_PARAMETERS} parameters")
    if any((text or "").strip() for text in (stream.text, *(child.tail for child in stream))):
        raise CarrierFault(SCHEMA, "<Stream>: only <Parameter>s stand inside it")
    return tuple(_parameter(child) for child in stream)


def _parameter(element: Element) -> tuple[str, str]:
    if element.tag != "Parameter":
        raise CarrierFault(SCHEMA, f"<{element.tag}> may not stand inside <Stream>")
    attributes = Attributes(element)
    name, value = attributes.text("name", ""), attributes.text("value", "")
    attributes.done()
    no_content(element)
    if not name or len(name) + len(value) > LONGEST_PARAMETER:
        raise CarrierFault(SCHEMA, f"<Parameter>: a name, and {LONGEST_PARAMETER} characters with its value")
    return name, value
