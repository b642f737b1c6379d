"""Which way the medium flows, and whether it turned round."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from metrics.curves import Bins
from metrics.track import Pair
from metrics.types import Curve

MIN_COHERENCE = 0.3
"""Net over total motion of the first seconds; below, the medium has no direction to lose."""
MIN_PAIRS = 6
_EARLY_S = (0.5, 3.0)


def wrong_way(metric: str, pairs: Sequence[Pair], bins: Bins) -> tuple[Curve, str]:
    """Share of time in which the medium as a whole moves against its direction of the first seconds.

    The direction is that of the mean residual velocity, the camera taken out; coherence is the length of that
    mean over the mean speed.

    Args:
        metric: name of the curve.
        pairs: flow between successive samples of the whole clip.
        bins: the clip's seconds.

    Returns:
        Share in each second, 0 to 1, and why there is none, or an empty text.

    """
    usable = [p for p in pairs if len(p.medium_speed) and p.camera is not None]
    early = [p for p in usable if _EARLY_S[0] <= p.t_s < _EARLY_S[1]]
    none = Curve(metric, bins.centres(), (None,) * bins.count)
    if len(early) < MIN_PAIRS:
        return none, "too little flow could be measured in the first seconds"
    mean = np.mean([p.medium_velocity for p in early], axis=0)
    coherence = float(np.linalg.norm(mean)) / max(
        float(np.mean([p.medium_speed.mean() for p in early])), 1e-6
    )
    if coherence < MIN_COHERENCE:
        return none, f"the medium has no direction: its coherence is {coherence:.2f}, below {MIN_COHERENCE}"
    shares: list[list[float]] = [[] for _ in range(bins.count)]
    for pair in usable:
        shares[bins.index(pair.t_s)].append(float(np.dot(pair.medium_velocity, mean) < 0))
    values = tuple(float(np.mean(s)) if s else None for s in shares)
    return Curve(metric, bins.centres(), values), ""
