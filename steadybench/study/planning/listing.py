"""What is not in a study, for the terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from steadybench.study.planning.candidates import LeftOut

_NAMED = 8


def listed(left_out: Sequence[LeftOut], most: int = _NAMED) -> Iterator[str]:
    """One line a reason, with names.

    Args:
        left_out: in any order.
        most: names that a line shows; the plan lists all, by token.
    """
    reasons: dict[str, list[str]] = defaultdict(list)
    for one in left_out:
        reasons[one.reason].append(f"{one.name} ({one.detail})" if one.detail else one.name)
    for reason, found in reasons.items():
        names = sorted(filter(None, found))
        more = f" and {len(names) - most} more" if len(names) > most else ""
        told = f": {', '.join(names[:most])}{more}" if names else ""
        yield f"Left out, {len(found)}: {reason}{told}."
