"""True strengths for a simulation: named one by one, or spread evenly in an order that is drawn."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from steadybench.errors import InputError
from steadybench.study.key import Key
from steadybench.study.model import Plan
from steadybench.study.naming import resolve


def named(texts: Sequence[str], plan: Plan, key: Key | None) -> dict[str, float]:
    """Read ``A=1.0`` texts, several in one parted by commas; strengths by token, centred, in plan's order.

    Raises:
        InputError: a text is of another form, a system is unknown, missing or named twice; all are told.
    """
    found: dict[str, float] = {}
    faults: list[str] = []
    for text in (part for one in texts for part in one.split(",") if part.strip()):
        name, sign, value = text.rpartition("=")
        try:
            token, strength = resolve(name, plan, key), float(value)
        except ValueError:
            faults.append(f"{text.strip()!r} does not read NAME=STRENGTH, such as A=0.8.")
        except InputError as error:
            faults.append(str(error) if sign else f"{text.strip()!r} does not read NAME=STRENGTH.")
        else:
            faults += [f"{name.strip()!r} is named twice."] if token in found else []
            faults += [] if math.isfinite(strength) else [f"{text.strip()!r}: expected a finite number."]
            found[token] = strength
    if missing := [token for token in plan.systems if token not in found]:
        faults.append(f"No strength is given for {', '.join(missing)}: name every system of the study.")
    if faults:
        raise InputError(" ".join(faults))
    return _centred({token: found[token] for token in plan.systems})


def spread(plan: Plan, width: float, seed: int) -> dict[str, float]:
    """Strengths in even steps, the best ``width`` log odds above the last; who is best is drawn."""
    order = list(plan.systems)
    random.Random(seed).shuffle(order)  # noqa: S311  # no secret
    steps = max(len(order) - 1, 1)
    drawn = {token: width * (0.5 - place / steps) for place, token in enumerate(order)}
    return _centred({token: drawn[token] for token in plan.systems})


def _centred(strengths: dict[str, float]) -> dict[str, float]:
    mean = math.fsum(strengths.values()) / len(strengths)
    return {token: value - mean for token, value in strengths.items()}
