"""The least that a signed webhook can be: Flask, the vendor's own signature check, one Redis GET, a constant.

It answers every address that the hotline answers to the carrier, with a document of the usual length, and
does nothing. Served by the same gunicorn settings as the hotline itself.
"""

import os

from flask import Flask, Response, request
from redis import Redis
from twilio.request_validator import RequestValidator

from foundation.settings import load

KEY = "bench:floor"
KEPT = b"s" * 2_000  # about as much as a call's state and answer
SAID = "Please tell us what happened, and we shall find out together what can be done about it today. "
DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><Response>'
    '<Gather input="dtmf" action="https://hotline.example/next" method="POST" timeout="6" '
    'numDigits="1" finishOnKey="" actionOnEmptyResult="true">'
    f'<Say voice="Polly.Amy-Neural" language="en-GB">{SAID * 6}</Say></Gather>'
    '<Redirect method="POST">https://hotline.example/next</Redirect></Response>'
).encode()

_told = load(os.environ)
_check = RequestValidator(_told.twilio_auth_token.reveal())
_redis = Redis.from_url(_told.redis_url.reveal() if _told.redis_url else "")
_redis.set(KEY, KEPT)
app = Flask("floor")


@app.post("/<path:address>")
def answer(address: str) -> Response:
    """The same words for everybody whom the carrier signed for."""
    signature = request.headers.get("X-Twilio-Signature", "")
    if not _check.validate(f"{_told.public_url}/{address}", request.form.to_dict(), signature):
        return Response(status=403)
    _redis.get(KEY)
    return Response(DOCUMENT, content_type="text/xml; charset=utf-8")
