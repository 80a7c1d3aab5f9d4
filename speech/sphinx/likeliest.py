"""The likeliest numbers, from how likely each digit is at each place: with the right check digit alone."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence

from foundation.check_digits import valid

LOOKED_AT = 5_000  # numbers; one in ten passes its check

Behind = tuple[float, ...]  # of each digit at one place, how far it is behind the likeliest there: 0 and more


def likeliest(
    places: Sequence[Behind], check: str | None, refused: Collection[str] = ()
) -> Iterator[tuple[str, float]]:
    """Numbers that pass the check, and how far they are behind in all: the nearest first, each once.

    `refused`: numbers that it is not.
    """
    order = [sorted(range(len(place)), key=place.__getitem__) for place in places]
    steps = [[place[digit] for digit in digits] for place, digits in zip(places, order, strict=True)]
    first = (0,) * len(places)
    waiting = [(sum(step[0] for step in steps), first, 0)]
    for _ in range(LOOKED_AT):
        if not waiting:
            return
        behind, ranks, since = heapq.heappop(waiting)
        number = "".join(str(digits[rank]) for digits, rank in zip(order, ranks, strict=True))
        if number not in refused and (check is None or valid(check, number)):
            yield number, behind
        # Only places from the last one that was changed on: each number is reached in one way alone.
        for place in range(since, len(ranks)):
            rank = ranks[place] + 1
            if rank < len(steps[place]):
                further = behind + steps[place][rank] - steps[place][rank - 1]
                heapq.heappush(waiting, (further, (*ranks[:place], rank, *ranks[place + 1 :]), place))
