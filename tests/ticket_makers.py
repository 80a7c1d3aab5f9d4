"""Tickets as tests need them: each maker gives a valid draft and takes what the test is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from callbacks.tickets import Priority, TicketDraft
from identity.levels import Level

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # a Monday morning in Jakarta


def a_draft(**changes: Any) -> TicketDraft:  # noqa: ANN401  # any field of a draft
    """A draft of a caller who proved nothing."""
    draft = TicketDraft(
        call="CA1",
        key="CA1/3/1",
        topic="failed-payment",
        priority=Priority.NORMAL,
        language="id",
        channel="phone",
        level=Level.RECOGNISED,
        customer=None,
        calling_number="+6281234567890",
        number_to_call="+6281234567891",
        due=NOW + timedelta(hours=8),
        at=NOW,
        answers=(("amount", "150000"), ("merchant", "Toko Sinar")),
    )
    return replace(draft, **changes)


def a_proven_draft(**changes: Any) -> TicketDraft:  # noqa: ANN401  # any field of a draft
    """A draft of a customer who showed their telephone PIN."""
    return a_draft(**{"level": Level.VERIFIED, "customer": "1002003019", **changes})
