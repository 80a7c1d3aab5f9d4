"""Reads Dial and the Numbers inside it.

Pages: https://www.twilio.com/docs/voice/twiml/dial and https://www.twilio.com/docs/voice/twiml/number.
"""

import re
from xml.etree.ElementTree import Element

from exchange.faults import DIAL_NUMBER, DIAL_TIMEOUT, SCHEMA, CarrierFault
from exchange.twiml.attributes import Attributes
from exchange.twiml.playing import no_children
from exchange.twiml.verbs import Dial

LONGEST_RINGING = 600
LONGEST_TALK = 14_400
MOST_NUMBERS = 10
# Other nouns of Twilio's, so that a fault can tell them from a misspelling.
NOT_CARRIED = frozenset({"Application", "Client", "Conference", "Queue", "Sim", "Sip", "WhatsApp"})
_E164 = re.compile(r"^\+[1-9][0-9]{6,14}$")


def read_dial(element: Element) -> Dial:
    """Read <Dial>: up to ten <Number>s, or one number as text."""
    attributes = Attributes(element, {"timeout": DIAL_TIMEOUT})
    attributes.choice("record", "do-not-record", ("do-not-record",))
    dial = Dial(
        numbers=_numbers(element),
        action=attributes.url("action"),
        method=attributes.method(),
        timeout=attributes.whole("timeout", 30, 1, LONGEST_RINGING),
        time_limit=attributes.whole("timeLimit", LONGEST_TALK, 1, LONGEST_TALK),
        caller_id=attributes.optional("callerId"),
        hangup_on_star=attributes.yes("hangupOnStar", default=False),
    )
    attributes.yes("answerOnBridge", default=False)
    attributes.done()
    return dial


def _numbers(element: Element) -> tuple[str, ...]:
    text = (element.text or "").strip()
    if not len(element):
        return (_number(text),)
    if text or any((child.tail or "").strip() for child in element):
        raise CarrierFault(SCHEMA, "<Dial>: a number as text and nested numbers exclude each other")
    if len(element) > MOST_NUMBERS:
        raise CarrierFault(SCHEMA, f"<Dial>: more than {MOST_NUMBERS} numbers")
    return tuple(_noun(child) for child in element)


def _noun(element: Element) -> str:
    if element.tag in NOT_CARRIED:
        raise CarrierFault(SCHEMA, f"the exchange does not carry <{element.tag}> inside <Dial> yet")
    if element.tag != "Number":
        raise CarrierFault(SCHEMA, f"<{element.tag}> may not stand inside <Dial>")
    Attributes(element).done()
    no_children(element)
    return _number((element.text or "").strip())


def _number(text: str) -> str:
    number = re.sub(r"[ ().-]", "", text)
    # Twilio also takes ten digits of the United States without their code.
    if re.fullmatch("[2-9][0-9]{9}", number):
        number = "+1" + number
    if not _E164.match(number):
        raise CarrierFault(DIAL_NUMBER, f"<Dial>: {text!r} is not a telephone number in E.164")
    return number
