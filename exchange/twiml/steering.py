"""Reads the verbs that steer a call: Redirect, Hangup, Reject.

Pages: https://www.twilio.com/docs/voice/twiml/redirect, .../hangup, .../reject.
"""

from xml.etree.ElementTree import Element

from exchange.faults import INVALID_URL, CarrierFault
from exchange.twiml.attributes import Attributes, checked_url
from exchange.twiml.playing import no_children, no_content
from exchange.twiml.verbs import Hangup, Redirect, Reject


def read_redirect(element: Element) -> Redirect:
    """Read <Redirect>; it needs a URL."""
    attributes = Attributes(element)
    method = attributes.method()
    attributes.done()
    no_children(element)
    url = checked_url((element.text or "").strip(), "<Redirect>")
    if not url:
        raise CarrierFault(INVALID_URL, "<Redirect>: there is no URL")
    return Redirect(url, method)


def read_hangup(element: Element) -> Hangup:
    """Read <Hangup>."""
    Attributes(element).done()
    no_content(element)
    return Hangup()


def read_reject(element: Element) -> Reject:
    """Read <Reject>."""
    attributes = Attributes(element)
    reason = attributes.choice("reason", "rejected", ("rejected", "busy"))
    attributes.done()
    no_content(element)
    return Reject("busy" if reason == "busy" else "rejected")
