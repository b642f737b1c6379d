"""All measurements that declare themselves, in reading order."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec

from metrics import drift, hardening, panels, premise, session, stagnation
from metrics.declaration import Declaration


def declarations() -> tuple[Declaration, ...]:
    """Every measurement's declaration; the mask's areas are reported with the premise."""
    camera = replace(premise.DECLARED, quantities=(*premise.QUANTITIES, *session.QUANTITIES))
    axes = (camera, drift.DECLARED, stagnation.DECLARED, hardening.DECLARED)
    return axes + tuple(found for name in panels.MODULES if (found := _of_panel(name)) is not None)


def _of_panel(name: str) -> Declaration | None:
    """What a panel's module declares, or ``declared`` beside it; None where there is neither."""
    own: Declaration | None = getattr(panels.panel(name), "DECLARED", None)
    if own is not None:
        return own
    beside = f"{panels.MODULES[name].rpartition('.')[0]}.declared"
    if find_spec(beside) is None:
        return None
    found: dict[str, Declaration] = import_module(beside).DECLARED
    return found.get(name)


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
