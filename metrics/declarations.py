"""All measurements that declare themselves, in reading order."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from metrics import drift, hardening, premise, session, stagnation
from metrics.declaration import Declaration


def declarations() -> tuple[Declaration, ...]:
    """Every measurement's declaration; the mask's areas are reported with the premise."""
    camera = replace(premise.DECLARED, quantities=(*premise.QUANTITIES, *session.QUANTITIES))
    return (camera, drift.DECLARED, stagnation.DECLARED, hardening.DECLARED)


def declaration(name: str) -> Declaration:
    """The declaration of a measurement, or of the one that a quantity belongs to.

    Args:
        name: ``drift`` or ``drift.late``.

    Raises:
        LookupError: there is none; the message names the nearest.

    """
    found = declarations()
    for one in found:
        if name == one.name or name in {q.id for q in one.quantities}:
            return one
    names = [n for one in found for n in (one.name, *(q.id for q in one.quantities))]
    close = get_close_matches(name, names, 3) or [one.name for one in found]
    raise LookupError(f"there is no metric {name!r}; did you mean {', '.join(close)}?")
