"""Every table of the hotline, known in one place; a room with tables of its own is imported here."""

import callbacks.paging.schema
import callbacks.schema
import callbacks.transcripts.schema
import foundation.heartbeats
import foundation.schema
import identity.schema
import ivr.calls.schema
import ivr.menus.announcements
import ivr.menus.versions

ROOMS = (
    *(foundation.schema, foundation.heartbeats, identity.schema),
    *(callbacks.schema, callbacks.paging.schema, callbacks.transcripts.schema),
    *(ivr.calls.schema, ivr.menus.versions, ivr.menus.announcements),
)
metadata = foundation.schema.metadata
