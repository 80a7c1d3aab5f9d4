"""The errors of the carrier: what it reports when a document cannot be fetched, read or carried out.

Numbers and meanings: Twilio's error dictionary, https://www.twilio.com/docs/api/errors.
"""

INVALID_URL = 11100
HTTP_FAILURE = 11200
HTTP_TIMEOUT = 11203
CONNECTION_FAILURE = 11205
TOO_MANY_REDIRECTS = 11215
EDGE_UNKNOWN = 11241
EDGE_NOT_ALLOWED = 11242
CONNECTION_SETTINGS = 11243
DOCUMENT_TOO_LARGE = 11750
NOT_XML = 12100
SCHEMA = 12200
CONTENT_TYPE = 12300
DIAL_TIMEOUT = 13212
DIAL_CALLER_ID = 13214
DIAL_NUMBER = 13223
GATHER_FINISH_ON_KEY = 13310
GATHER_LANGUAGE = 13331
GATHER_ACTION_ON_EMPTY = 13338
SAY_VOICE = 13511
SAY_TEXT = 13520
STREAM_TIMEOUT = 31901
STREAM_REFUSED = 31902
STREAM_TLS = 31910
STREAM_HANDSHAKE = 31920
STREAM_CLOSED = 31921
STREAM_URL = 31923
STREAM_PROTOCOL = 31924
STREAM_SLOW = 31930

ANNOUNCEMENT = "We are sorry. An application error has occurred. Goodbye."


class CarrierFault(Exception):
    """The carrier cannot go on: `code` is Twilio's number, `what` says in words what was wrong."""

    def __init__(self, code: int, what: str) -> None:
        super().__init__(f"{code}: {what}")
        self.code = code
        self.what = what


class DialledWrong(Exception):
    """Nobody has the number that was dialled, or the exchange was asked something that cannot be."""
