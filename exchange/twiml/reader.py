"""Reads a document strictly: bytes in, a Document out, or the carrier's error that says what is wrong.

Twilio itself only warns of some of these faults (12200) and goes on; the exchange refuses them all, because a
document that the published pages do not allow works by luck. Source: https://www.twilio.com/docs/voice/twiml.
"""

from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from exchange.faults import DOCUMENT_TOO_LARGE, NOT_XML, SCHEMA, CarrierFault
from exchange.twiml.collecting import read_gather, read_record
from exchange.twiml.connecting import read_dial
from exchange.twiml.playing import read_pause, read_play, read_say
from exchange.twiml.steering import read_hangup, read_redirect, read_reject
from exchange.twiml.streaming import read_start, read_stop
from exchange.twiml.verbs import Document, Verb

LARGEST_DOCUMENT = 64 * 1024
# Far more than anybody writes; Twilio names no bound.
MOST_VERBS = 1_000

READERS: Mapping[str, Callable[[Element], Verb]] = {
    "Dial": read_dial,
    "Gather": read_gather,
    "Hangup": read_hangup,
    "Pause": read_pause,
    "Play": read_play,
    "Record": read_record,
    "Redirect": read_redirect,
    "Reject": read_reject,
    "Say": read_say,
    "Start": read_start,
    "Stop": read_stop,
}
# Verbs of Twilio's that have no reader here yet, so that a fault can tell them from a misspelling.
NOT_CARRIED = frozenset({"Connect", "Enqueue", "Leave", "Pay", "Prompt", "Queue", "Refer", "Siprec"})


def read_document(body: bytes) -> Document:
    """Read the body of an answer. Raises CarrierFault: 11750, 12100, 12200 or a verb's own number."""
    if len(body) > LARGEST_DOCUMENT:
        raise CarrierFault(DOCUMENT_TOO_LARGE, f"{len(body)} bytes are more than {LARGEST_DOCUMENT}")
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise CarrierFault(NOT_XML, f"the document is not well-formed XML: {error}") from error
    if root.tag != "Response":
        raise CarrierFault(SCHEMA, f"the document begins with <{root.tag}>, not with <Response>")
    if root.attrib:
        raise CarrierFault(SCHEMA, "<Response> has no attributes")
    if len(root) > MOST_VERBS:
        raise CarrierFault(SCHEMA, f"more than {MOST_VERBS} verbs in one document")
    _refuse_stray_text(root)
    return Document(tuple(_read_verb(element) for element in root))


def _read_verb(element: Element) -> Verb:
    reader = READERS.get(element.tag)
    if reader is not None:
        return reader(element)
    if element.tag in NOT_CARRIED:
        raise CarrierFault(SCHEMA, f"the exchange does not carry the verb <{element.tag}> yet")
    near = next((name for name in READERS if name.lower() == element.tag.lower()), None)
    cure = f"; did you mean <{near}>?" if near else ""
    raise CarrierFault(SCHEMA, f"<{element.tag}> is not a verb{cure}")


def _refuse_stray_text(root: Element) -> None:
    for text in (root.text, *(child.tail for child in root)):
        if text and text.strip():
            raise CarrierFault(SCHEMA, f"text stands between the verbs: {text.strip()[:40]!r}")
