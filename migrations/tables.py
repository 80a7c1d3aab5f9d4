"""Every table of the hotline, known in one place; a room with tables of its own is imported here."""

import callbacks.schema
import foundation.heartbeats
import foundation.schema
import identity.schema
import ivr.calls.schema
import ivr.menus.announcements
import ivr.menus.versions

ROOMS = (
    *(foundation.schema, identity.schema, callbacks.schema, ivr.calls.schema),
    *(ivr.menus.versions, ivr.menus.announcements, foundation.heartbeats),
)
metadata = foundation.schema.metadata
