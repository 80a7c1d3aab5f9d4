"""One line of the doctor: what was looked at, how it is, and the cure if it is not well."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`how` and `cure` are words for a screen, without secrets; no cure: nothing has to be done.

    `mild`: calls are served all the same; it is better mended.
    """

    what: str
    how: str
    cure: str | None = None
    mild: bool = False

    @property
    def well(self) -> bool:
        """Whether nothing has to be done."""
        return self.cure is None

    @property
    def grave(self) -> bool:
        """Whether calls suffer from it."""
        return not self.well and not self.mild
