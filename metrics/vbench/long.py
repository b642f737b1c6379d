"""Panel ``vbench_long``: the short scorers on pieces of two seconds, averaged over the clip.

What VBench-Long's code (``vbench2_beta_long``) does with custom videos, without its second compression: there
every piece is written to a lossy file before it is scored; here the clip's own frames are.
"""

from __future__ import annotations

from metrics.clip import Frame
from metrics.panel import Footing, PanelOptions
from metrics.session import Result
from metrics.types import Json, Quantity
from metrics.vbench import panel, weights
from metrics.vbench.engine import Engine
from metrics.vbench.scores import ClipScores, Mean, interval

NAME = "vbench_long"
VERSION = 1
PIECE_S = 2
"""Length of a piece, seconds at the frame rate rounded down to a whole number."""
_TAKEN = (
    "background_consistency", "subject_consistency", "motion_smoothness", "dynamic_degree", "imaging_quality",
    "aesthetic_quality",
)  # fmt: skip
_FLICKER = "VBench-Long scores flicker only of its own prompts after its static filter"
_FUSED = (
    "its second half compares pieces with DINOv2 or DreamSim through a table of quantiles that is not part "
    "of this project"
)
_NOT_TAKEN = {
    "temporal_flickering": _FLICKER, "background_consistency_fused": _FUSED,
    "subject_consistency_fused": _FUSED,
}  # fmt: skip


_ABSENT = "In VBench-Long's code; always abstains here, and says why."


def _meaning(name: str) -> str:
    if name == "dynamic_degree":
        return "Share of pieces that stock VBench's vote calls dynamic."
    return f"Mean over pieces of two seconds of vbench.{name}."


QUANTITIES = (
    *(
        Quantity(f"{NAME}.{name}", "0-1", "higher", _meaning(name), range=(0, 1), weights=weights.NEEDS[name])
        for name in _TAKEN
    ),
    *(Quantity(f"{NAME}.{name}", "0-1", "higher", _ABSENT, range=(0, 1)) for name in _NOT_TAKEN),
    Quantity(f"{NAME}.pieces", "count", "none", "Pieces of two seconds; the last may reach back."),
)  # fmt: skip


def settings(options: PanelOptions) -> dict[str, Json]:
    """Weights by digest or as missing, number format, and the pieces.

    Raises:
        ValueError: the device cannot be used.

    """
    weights.check_device(options.device)
    own: dict[str, Json] = {"piece_s": PIECE_S, "re_encoded": False, "scene_split": False}
    return {"weights": weights.digests(), "precision": "float32", **own}


def open(footing: Footing, options: PanelOptions) -> VBenchLong:  # noqa: A001 - the contract's name
    """Start on a clip; dimensions whose weights or packages are not here abstain."""
    return VBenchLong(footing, panel.engine_of(footing, options), weights.reasons())


def starts(frames: int, fps: float) -> tuple[list[int], int]:
    """Where pieces begin, and how many frames each has.

    Pieces have int(fps) * 2 frames. What is left at the end becomes a piece of full length that reaches back
    into the one before. A clip shorter than a piece is one piece.
    """
    length = int(fps) * PIECE_S
    if length <= 0 or frames <= length:
        return [0], frames
    whole = list(range(0, frames - length + 1, length))
    return (whole if frames % length == 0 else [*whole, frames - length]), length


class VBenchLong:
    """The long protocol on one clip.

    Args:
        footing: what is known of the clip; the number of frames decides where the last piece lies.
        engine: its pass over the frames.
        reasons: why dimensions cannot be taken, by their name in VBench.

    """

    def __init__(self, footing: Footing, engine: Engine, reasons: dict[str, str]) -> None:
        side, step = min(footing.header.width, footing.header.height), interval(footing.fps)
        first, length = starts(footing.frames, footing.fps)
        self._reasons = _NOT_TAKEN | reasons | panel.too_small(footing)
        self._promised, self._decoded = footing.frames, 0
        self._pieces = [ClipScores(side, step, start, start + length) for start in first]
        self._engine = engine
        engine.attach(self._pieces)

    def add(self, frame: Frame) -> None:
        """Take the next frame."""
        self._decoded += 1
        self._engine.add(frame)

    def finish(self) -> Result:
        """Means over the pieces, or the reasons why some are not here."""
        self._engine.flush()
        if self._decoded != self._promised:
            told = f"the file promises {self._promised} frames and {self._decoded} could be decoded"
            names = (q.id.partition(".")[2] for q in QUANTITIES)
            return panel.values(QUANTITIES, {}, dict.fromkeys(names, told)), [], []
        scored = [piece.values() for piece in self._pieces]
        found: dict[str, float | None] = {"pieces": float(len(scored))}
        for name in _TAKEN:
            mean = Mean()
            for one in scored:
                if (number := one[name]) is not None:
                    mean.add(number)
            found[name] = mean.value()
        short = dict.fromkeys(_TAKEN, f"the clip has too few frames for it ({self._decoded})")
        return panel.values(QUANTITIES, found, short | self._reasons), [], []
