"""How the colours of a region changed: as a whole (tone), and beyond that (structure)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Toning:
    """Median colour change of a region, CIEDE2000 units."""

    tone: float
    """What one colour map of the whole region explains: exposure, white balance, fading, a change of hue.

    Growth of contrast and of chroma is left out: crunchier and more colourful is hardening.
    """
    structure: float
    """What it leaves: redrawn, smeared or covered parts."""


def colour_change(before: NDArray[np.float32], after: NDArray[np.float32]) -> Toning:
    """Split a region's colour change into tone and structure.

    The map is affine in CIELAB, fitted by iteratively reweighted least squares (Cauchy weights), so that a
    splash over part of the region does not count as a change of tone. Differences are CIEDE2000 (Sharma, Wu
    and Dalal 2005) as scikit-image computes them; medians over the region.

    Args:
        before: CIELAB (D65) of the region's pixels in the reference, float (n, 3).
        after: the same pixels later.

    Returns:
        Median tone change and median remaining change.

    """
    mapped = _mapped(before.astype(np.float64), after.astype(np.float64))
    tone = ciede2000(before.astype(np.float64), _without_growth(before.astype(np.float64), mapped))
    structure = ciede2000(mapped, after.astype(np.float64))
    return Toning(float(np.median(tone)), float(np.median(structure)))


def _without_growth(before: NDArray[np.float64], mapped: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take gains above one of lightness contrast and of chroma out of a mapped region, CIELAB (n, 3)."""
    result = mapped.copy()
    lightness = before[:, 0] - before[:, 0].mean()
    centre = mapped[:, 0].mean()
    contrast = _gain(lightness, mapped[:, 0] - centre)
    chroma = _gain(before[:, 1:].ravel(), mapped[:, 1:].ravel())
    result[:, 0] = centre + (mapped[:, 0] - centre) / contrast
    result[:, 1:] = mapped[:, 1:] / chroma
    return result


def _gain(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """Least-squares factor between two vectors, kept between 1 and 3."""
    power = float(np.dot(before, before))
    return float(np.clip(np.dot(before, after) / power, 1, 3)) if power > 1e-6 else 1.0


def ciede2000(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIEDE2000 between CIELAB colours, float64 (n, 3) each, as scikit-image has it: float64 (n,)."""
    from skimage import color

    return np.asarray(color.deltaE_ciede2000(a, b), dtype=np.float64)


def _mapped(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    basis = np.column_stack([before, np.ones(len(before))])
    weight = np.ones(len(before))
    mapped = after
    for _ in range(_ROUNDS):
        # The small ridge keeps a region of a single colour solvable.
        gram = (basis * weight[:, None]).T @ basis + 1e-6 * np.eye(4)
        mapped = basis @ np.linalg.solve(gram, (basis * weight[:, None]).T @ after)
        distance = np.linalg.norm(after - mapped, axis=1)
        weight = 1 / (1 + (distance / (1.5 * np.median(distance) + 1e-3)) ** 2)
    return mapped
