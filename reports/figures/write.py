"""Writes all figures of a report as PDF and PNG, with their captions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from matplotlib.figure import Figure

from reports.checks import check
from reports.figures import disagreement, forest, levels, plane, survival
from reports.figures.cast import Cast, cast_of
from reports.figures.style import SOFT, rendered, styled, written
from reports.files import write_atomic
from reports.labels import TINY, caveats
from reports.model import ReportInput
from reports.standings import Standings

CAPTIONS = "captions.md"
_LIMITS = "limits at 95 %, prompts resampled"
_SURVIVAL = (
    "Share of each method's clips that have not failed yet on any axis (Kaplan–Meier). Markers tell methods "
    "apart where curves coincide and stand for no event."
)
_PER_AXIS = (
    "Share of each method's clips without the failure (Kaplan–Meier); a clip counts until another failure, "
    "or a moving camera, takes the credit."
)
_PLANE = (
    "Steadiness of the background, one less the mean late level of drift, against persistence of motion, one "
    f"less that of stagnation; {_LIMITS}. A clip whose camera moved counts as 0. The markers "
    "beside the plane lead to points that lie on top of each other."
)
_FOREST = (
    f"Time to the first failure: restricted mean with {_LIMITS}, and the median as a stroke where it was "
    "seen. Methods whose ranks have one letter cannot be told apart."
)
_RANKS = "Methods as ordered by VBench's dynamic degree and by our measures; equals share a rank (=)."
_LEVELS = (
    "Level over time: median over prompts, band between quartiles where there are three prompts or more. A "
    "level counts as failed from 0.5, the dotted line. Levels stand as they were measured: read drift beside "
    "stagnation, since a frozen picture cannot drift."
)
_SINGLE: tuple[tuple[str, Callable[[Cast], Figure | None], str], ...] = (
    ("survival", survival.all_axes, _SURVIVAL),
    ("survival-axes", survival.per_axis, _PER_AXIS),
    ("plane", plane.draw, _PLANE),
    ("steady-seconds", forest.draw, _FOREST),
    ("rank-disagreement", disagreement.draw, _RANKS),
)


def write(data: ReportInput, standings: Standings, out: Path) -> tuple[Path, ...]:
    """Write every figure that the numbers allow into ``out``; equal input and versions give equal bytes.

    Raises:
        ValueError: lists what is wrong with the input.
        OSError: a file cannot be written.
    """
    check(data)
    cast, files, captions = cast_of(data, standings), [], []
    where = f" All methods on the {written(cast.backbone)} backbone." if cast.backbone else ""
    with styled():
        for name, drawn, caption in _figures(cast):
            captions.append(f"- `{name}`: {caption}{where}")
            if cast.backbone == TINY:
                drawn.suptitle(where.strip(" ."), fontsize=7, color=SOFT)
            for suffix, content in rendered(drawn).items():
                path = out / f"{name}.{suffix}"
                write_atomic(path, content)
                files.append(path)
    known = [f"\n{sentence}" for sentence in (*caveats(cast.shots), *standings.refusals)]
    write_atomic(out / CAPTIONS, "\n".join([*captions, *known]) + "\n")
    return (*files, out / CAPTIONS)


def _figures(cast: Cast) -> Iterator[tuple[str, Figure, str]]:
    for name, draw, caption in _SINGLE:
        if (drawn := draw(cast)) is not None:
            yield name, drawn, caption
    parts = list(levels.draw(cast))
    for i, drawn in enumerate(parts, 1):
        yield "levels" + (f"-{i}" if len(parts) > 1 else ""), drawn, _LEVELS
