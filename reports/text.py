"""Numbers and plain values as a reader sees them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

DASH = "–"
_NEGLIGIBLE = 0.0005
ARROWS = {"higher": "↑", "lower": "↓"}
ARROW_WORDS = {"higher": "higher is better", "lower": "lower is better"}


def seconds(value: float) -> str:
    """Seconds with one decimal, ``8.4 s``; ``not reached`` for infinity."""
    return f"{value:.1f} s" if math.isfinite(value) else "not reached"


def number(value: float) -> str:
    """At most three significant digits and three decimals; ``~0`` below 0.0005; a true minus sign."""
    size = abs(value)
    if size == 0:
        return "0"
    if size < _NEGLIGIBLE:
        return "~0"
    if size >= 1e7:
        text = f"{size:.2e}"
    else:
        text = f"{size:.{max(0, min(3, 2 - math.floor(math.log10(size))))}f}"
    return "\N{MINUS SIGN}" + text if value < 0 else text


def full(value: float) -> str:
    """Write a number with seven significant digits, enough to find it in the table."""
    return f"{value:.7g}"


def figure(value: float, unit: str) -> str:
    """Write a number as its unit wants it: seconds with one decimal, all else with three digits."""
    if unit == "s":
        return ("\N{MINUS SIGN}" if value < 0 else "") + f"{abs(value):.1f}"
    return number(value)


def count(n: int, noun: str, plural: str = "") -> str:
    """``1 clip``, ``2 clips``."""
    return f"{n} {noun if n == 1 else plural or noun + 's'}"


def listing(items: Sequence[str], shown: int = 6) -> str:
    """Join names for a sentence; beyond ``shown`` the rest is counted."""
    if len(items) > shown:
        return f"{', '.join(items[:shown])} and {len(items) - shown} more"
    if len(items) > 1:
        return f"{', '.join(items[:-1])} and {items[-1]}"
    return "".join(items)


def words(value: object) -> str:
    """Return a table cell that holds a text, empty where it is null."""
    return value if isinstance(value, str) else ""


def plain(value: object) -> str:
    """Any JSON-like value as one line of text, mappings in sorted order."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return DASH
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {plain(value[key])}" for key in sorted(value, key=str))
    if isinstance(value, AbstractSet):
        return ", ".join(sorted(map(plain, value)))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return ", ".join(map(plain, value))
    return str(value)
