"""Whether promises can be kept while SQL is gone, and whether any wait."""

from contextlib import closing

from foundation.clock import Deadline, SystemClock
from foundation.settings import Settings
from foundation.spool import FILE, Counts, Spool, SpoolBroken
from processes.doctor.findings import Finding

WHAT = "spool"
LOOK_SECONDS = 2.0
NEARLY_FULL = 0.5  # of its slots


def look_at_spool(settings: Settings) -> Finding:
    """The spool of this machine, as it is: none is made."""
    place = settings.spool_dir / FILE
    try:
        if not place.exists():
            return _not_there(settings)
        with closing(Spool(settings.spool_dir)) as spool:
            counts = spool.counts(Deadline.after(LOOK_SECONDS, SystemClock()))
    except (SpoolBroken, OSError) as fault:
        how = f"{place} cannot be used ({fault}): a promise is lost while SQL is gone"
        return Finding(
            WHAT, how, "mend SPOOL_DIR, or the rights of that folder; the web process makes the file"
        )
    return _of(counts)


def _not_there(settings: Settings) -> Finding:
    if settings.in_development:
        return Finding(WHAT, "not there yet; `hotline run` makes it")
    how = f"no {settings.spool_dir / FILE}: a promise is lost while SQL is gone"
    return Finding(WHAT, how, "start the web process, which makes it; it must be able to write in SPOOL_DIR")


def _of(counts: Counts) -> Finding:
    how = f"{counts.waiting} waiting, {counts.aside} set aside, of {counts.slots}"
    if counts.aside:
        cure = (
            "a person must look: the log names why they cannot be made; then `hotline spool replay --again`"
        )
        return Finding(WHAT, how, cure)
    if counts.waiting > counts.slots * NEARLY_FULL:
        return Finding(
            WHAT, how, "bring SQL back, and see that the worker runs; `hotline spool replay` makes them now"
        )
    if counts.waiting:
        cure = "the worker makes them when SQL takes them; `hotline spool replay` does it now"
        return Finding(WHAT, how, cure, mild=True)
    return Finding(WHAT, how)
