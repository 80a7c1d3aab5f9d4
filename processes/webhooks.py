"""The web process as WSGI sees it: the parts are built once a worker, and closed when it goes."""

import gc
import os

from foundation.settings import load
from ivr.app import create_app
from processes.parts import build_parts

parts = build_parts(load(os.environ))
app = create_app(parts)
# What stands now stands until the worker ends. Whenever the collector looked through all of it, everybody in
# this process waited: half a second on a busy machine.
gc.collect()
gc.freeze()
