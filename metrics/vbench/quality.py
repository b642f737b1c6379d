"""From clips to a set: VBench's two kinds of means, its normalisation, and its quality score.

``scripts/constant.py`` and ``scripts/cal_final_score.py`` of Vchitect/VBench, revision 45e79ec.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Weighting = Literal["frames", "videos"]


@dataclass(frozen=True, slots=True)
class Scale:
    """Range that VBench takes as 0 to 1, and the weight in the quality score."""

    low: float
    high: float
    weight: float


SCALES: Mapping[str, Scale] = {
    "subject_consistency": Scale(0.1462, 1.0, 1.0),
    "background_consistency": Scale(0.2615, 1.0, 1.0),
    "temporal_flickering": Scale(0.6293, 1.0, 1.0),
    "motion_smoothness": Scale(0.706, 0.9975, 1.0),
    "dynamic_degree": Scale(0.0, 1.0, 0.5),
    "aesthetic_quality": Scale(0.0, 1.0, 1.0),
    "imaging_quality": Scale(0.0, 1.0, 1.0),
}
"""The seven quality dimensions. Nothing is clipped to the range."""
WEIGHTINGS: Mapping[str, Weighting] = {
    name: "frames" if name.endswith("_consistency") else "videos" for name in SCALES
}
"""Mean that a run of VBench on one GPU takes. On several it takes ``videos`` for the subject too."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip's value of one dimension."""

    value: float
    frames: int


def overall(clips: Iterable[Clip], weighting: Weighting) -> float:
    """Mean of a dimension over clips.

    Args:
        clips: one at least.
        weighting: ``frames`` weighs each clip by its frames but the first, as VBench's consistencies do;
            ``videos`` weighs all alike. Clips of one length have one mean.

    Raises:
        ValueError: there is no clip, or none with two frames to weigh by.

    """
    listed = list(clips)
    weights = [1.0 if weighting == "videos" else float(clip.frames - 1) for clip in listed]
    if sum(weights) <= 0:
        raise ValueError(f"mean over {weighting}: none of the {len(listed)} clips has two frames")
    return math.fsum(w * clip.value for w, clip in zip(weights, listed, strict=True)) / math.fsum(weights)


def normalised(dimension: str, score: float) -> float:
    """Score of a dimension on VBench's range: 0 at its low end, 1 at its high end, beyond both unclipped.

    Raises:
        KeyError: the dimension is none of the seven.

    """
    scale = SCALES[dimension]
    return (score - scale.low) / (scale.high - scale.low)


def quality_score(scores: Mapping[str, float]) -> float:
    """VBench's quality score: weighted mean of the seven normalised dimensions.

    Args:
        scores: overall score of each dimension, 0 to 1, by its name in :data:`SCALES`.

    Returns:
        1.0 where every dimension is at the high end of its range.

    Raises:
        ValueError: a dimension is missing; VBench's script would count it as 0 without a word.

    """
    absent = [name for name in SCALES if name not in scores]
    if absent:
        raise ValueError(f"quality score: expected all seven dimensions, lacks {', '.join(absent)}")
    total = math.fsum(scale.weight * normalised(name, scores[name]) for name, scale in SCALES.items())
    return total / math.fsum(scale.weight for scale in SCALES.values())
