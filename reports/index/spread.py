"""Places labels beside a chart: each as near to its mark as the others let it."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], gap: float, height: float) -> list[float]:
    """Move positions apart to at least ``gap``, all within 0 to ``height``, keeping their order.

    Equal positions keep the order in which they are given. Of positions that are too near, the last stays and
    those before it give way, as long as there is room above them. Where the labels need more than
    ``height``, the last ones stand below it.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [wanted[i] for i in order]
    floor = max(height, gap * (len(placed) - 1))
    for i in reversed(range(len(placed))):
        highest = floor - gap * (len(placed) - 1 - i)
        placed[i] = min(placed[i], highest, placed[i + 1] - gap if i + 1 < len(placed) else highest)
    for i, at in enumerate(placed):
        placed[i] = max(at, placed[i - 1] + gap if i else 0.0)
    found = [0.0] * len(placed)
    for i, at in zip(order, placed, strict=True):
        found[i] = round(at, 1)
    return found
