"""One line of the doctor: what was looked at, how it is, and the cure if it is not well."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`how` and `cure` are words for a screen, without secrets; no cure: nothing has to be done."""

    what: str
    how: str
    cure: str | None = None

    @property
    def well(self) -> bool:
        """Whether nothing has to be done."""
        return self.cure is None
