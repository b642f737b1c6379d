"""What a method looks at, told in words: for screen readers, and beside the picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from generators.cards.sight import Cell, Sight

NAMES = {"anchor": "anchor", "memory": "average", "recent": "past frame"}


def runs(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """First and last of every run of consecutive numbers."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)


def spelled(numbers: Iterable[int]) -> str:
    """``0, 3–5 and 9``."""
    parts = [str(first) if first == last else f"{first}–{last}" for first, last in runs(numbers)]
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def percent(share: float) -> str:
    """Whole percent, with a digit more where that would hide that something was blended in."""
    return f"{100 * share:.1f}" if share >= 0.995 else f"{100 * share:.0f}"


def told(sight: Sight) -> str:
    """One pass in a few sentences."""
    made = f"Block {sight.block} makes {_frames(sight.work)} at {_positions(c.index for c in sight.work)}"
    queries = [cell.query for cell in sight.work if cell.query is not None]
    if queries != [cell.index for cell in sight.work]:
        made = f"{made}, with queries at {_positions(queries)}"
    if sight.emptied:
        made = f"{made}, right after the memory was emptied"
    if sight.restart:
        made = f"{made}, in a segment that begins at frame {sight.restart}"
    return f"{made}. {_seen(sight)}{_unseen(sight)}"


def _seen(sight: Sight) -> str:
    groups = [
        f"{_group(name, cells)} at {_positions(c.index for c in cells)}"
        for kind, name in NAMES.items()
        if (cells := [cell for cell in sight.seen if cell.kind == kind])
    ]
    if not groups:
        return "It sees nothing before them."
    return f"It sees {', '.join(groups)}."


def _group(name: str, cells: Sequence[Cell]) -> str:
    numbers = spelled(cell.frame for cell in cells)
    plural = name if len(cells) == 1 else f"{name}s"
    if name != NAMES["memory"]:
        return f"{plural} {numbers}"
    share = min(cell.share for cell in cells)
    kept = f" and still hold {percent(share)}% of that" if share < 1 else ""
    return f"{plural} that began as {numbers}{kept}"


def _unseen(sight: Sight) -> str:
    first = min(cell.frame for cell in sight.work)
    missing = [frame for frame in range(first) if frame not in {cell.frame for cell in sight.seen}]
    if not missing:
        return ""
    blended = f"; {len(sight.blended)} of them are blended into averages" if sight.blended else ""
    return f" Not seen: {spelled(missing)}{blended}."


def _frames(cells: Sequence[Cell]) -> str:
    return f"frame{'s' if len(cells) > 1 else ''} {spelled(cell.frame for cell in cells)}"


def _positions(numbers: Iterable[int]) -> str:
    listed = list(numbers)
    return f"position{'s' if len(listed) > 1 else ''} {spelled(listed)}"
