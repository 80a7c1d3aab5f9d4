"""Who may talk to the speech process, how much, and for how long; the others notice nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from streamdouble import call as place_call
from streamdouble.protocol import build_connected, build_media, build_start
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from foundation.redaction import Secret
from speech.media_stream import LONGEST_MESSAGE
from speech.scripted import sound_of
from speech.server import SOCKETS_BESIDE
from speech.tokens import mint
from tests.speech.streaming import KEY, QUIET, CarrierStream, SpeechProcess, asked, awaited, scripted_process

CAPACITY = 3
