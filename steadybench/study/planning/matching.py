"""Which pairs of clips test a metric: chosen by rule from numbers that were frozen before the votes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from steadybench.errors import InputError
from steadybench.study.planning.candidates import LeftOut
from steadybench.study.planning.draw import Draw
from steadybench.study.planning.measured import Measured
from steadybench.study.planning.meeting import Cells, Meeting, possible
from steadybench.study.planning.request import Request
from steadybench.study.planning.showing import Length

BANDS = ("near", "middle", "clear")
_SEEN_S = 1.0
"""A metric of a whole clip can be judged where no more than this much of the end is cut off."""


@dataclass(frozen=True, slots=True)
class Validation:
    """Chosen pairs and the rule that chose them."""

    meetings: tuple[Meeting, ...]
    left_out: tuple[LeftOut, ...]
    edges: tuple[float, float]
    """Gaps at which ``middle`` and ``clear`` begin."""
    measured: Measured
    told: tuple[str, ...]
    """What the terminal says of the choice."""


def validation(cells: Cells, length: Length, request: Request, found: Measured, draw: Draw) -> Validation:
    """Choose pairs of clips by the gap between them.

    A pair is left out where the metric gives a tie or abstains, where the end of a clip that it measured is
    not shown, or where the clips differ by more than ``request.off_axis`` on another axis. The rest falls
    into bands: at the edges asked for, else at the terciles of the gaps. From each band as many pairs are
    drawn as were asked for, else as the smallest offers, evenly over systems and prompts.

    Raises:
        InputError: no pair is left.
    """
    every, out = possible(cells, length)
    meetings = [one for own in every.values() for one in own.values()]
    whole: list[Meeting] = []
    for one in meetings:
        reason = _unfit(one, found)
        if reason:
            out.append(_left_out(one, reason))
        else:
            whole.append(one)
    matched = [_alike(one, found, request.off_axis) for one in whole]
    alike = [one for one, fits in zip(whole, matched, strict=True) if fits]
    out += [_left_out(one, "the two clips differ on another axis too, or were not measured on it")
            for one, fits in zip(whole, matched, strict=True) if not fits]
    if not alike:
        raise InputError(_nothing(found, len(meetings), len(whole), request))
    gaps = sorted(abs(found.gap(one, found.metric.id) or 0.0) for one in alike)
    edges = request.bands or _terciles(gaps)
    banded = [_banded(one, found, edges) for one in alike]
    picked, told_bands = _picked(banded, request.per_band, draw)
    chosen = {id(one) for one in picked}
    out += [_left_out(one, "its band has enough pairs") for one in banded if id(one) not in chosen]
    told = (_counted(found, len(meetings), len(whole), len(alike), request.off_axis),
            *_edges_told(edges, found, given=request.bands is not None), *told_bands)
    return Validation(tuple(picked), tuple(out), edges, found, told)


def _counted(found: Measured, meetings: int, whole: int, alike: int, tolerance: float) -> str:
    others = ", ".join(found.others) or "no other axis"
    return (f"{found.metric.id}: {meetings} pairs of clips, {whole} of them parted by it, {alike} of those "
            f"matched (at most {tolerance:g} apart on {others}); matching removed {whole - alike}.")


def _unfit(one: Meeting, found: Measured) -> str:
    from metrics.types import RELATIVE_TOLERANCE

    values = [found.value(clip, found.metric.id) for clip in one.clips]
    gap = found.gap(one, found.metric.id)
    if gap is None:
        return f"{found.metric.id} abstained on one of the two, or measured it in another way"
    if abs(gap) <= max(found.tie, RELATIVE_TOLERANCE * max(abs(value or 0.0) for value in values)):
        return f"{found.metric.id} does not part the two"
    if any(clip.seconds - one.length.end >= _SEEN_S for clip in one.clips):
        return "the metric measured an end of a clip that is not shown"
    return ""


def _alike(one: Meeting, found: Measured, tolerance: float) -> bool:
    gaps = [found.gap(one, name) for name in found.others]
    return all(gap is not None and abs(gap) <= tolerance for gap in gaps)


def _terciles(gaps: Sequence[float]) -> tuple[float, float]:
    """The gaps at a third and at two thirds, to three digits, so that what is written is the rule."""
    low, high = (gaps[min(len(gaps) - 1, round(share * len(gaps)))] for share in (1 / 3, 2 / 3))
    return float(f"{low:.3g}"), float(f"{high:.3g}")


def _banded(one: Meeting, found: Measured, edges: tuple[float, float]) -> Meeting:
    gap = found.gap(one, found.metric.id) or 0.0
    lower = found.metric.direction == "lower"
    band = BANDS[sum(abs(gap) >= edge for edge in edges)]
    return replace(one, gap=abs(gap), band=band, better=int((gap > 0) == lower))


def _picked(banded: Sequence[Meeting], asked: int, draw: Draw) -> tuple[list[Meeting], list[str]]:
    """Draw pairs from each band: always one whose systems and prompt were drawn least."""
    bands = {name: [one for one in banded if one.band == name] for name in BANDS}
    wanted = asked or min(len(own) for own in bands.values() if own)
    picked: list[Meeting] = []
    told = {}
    for name, own in sorted(bands.items(), key=lambda band: len(band[1])):
        picked += list(_evenly(own, wanted, tuple(picked), draw))
        short = f", {wanted} were wanted" if len(own) < wanted else ""
        told[name] = f"Band {name}: {min(len(own), wanted)} of {len(own)} pairs{short}."
    return picked, [told[name] for name in BANDS]


def _evenly(own: Sequence[Meeting], wanted: int, before: Sequence[Meeting], draw: Draw) -> Iterator[Meeting]:
    """Draw pairs of one band; a clip that is in many pairs would need many sessions.

    Systems and prompts are counted within the band, clips over the bands before it too.
    """
    left = draw.shuffled(own)
    systems: Counter[object] = Counter()
    clips: Counter[object] = Counter(clip.place for one in before for clip in one.clips)
    prompts: Counter[str] = Counter()
    for _ in range(min(wanted, len(left))):
        best = min(left, key=lambda one: (
            sum(systems[clip.setup] + 4 * clips[clip.place] for clip in one.clips)
            + 2 * prompts[one.first.prompt]))
        left.remove(best)
        clips.update(clip.place for clip in best.clips)
        systems.update(clip.setup for clip in best.clips)
        prompts[best.first.prompt] += 1
        yield best


def _edges_told(edges: tuple[float, float], found: Measured, *, given: bool) -> Iterator[str]:
    unit = found.metric.unit
    yield (f"Bands by the gap: near below {edges[0]:g}, clear from {edges[1]:g} ({unit}), "
           f"{'as given' if given else 'terciles of these pairs'}.")
    if not given:
        yield ("The edges follow from these very clips. For a rule that was fixed before the clips existed, "
               "state it with --bands MIDDLE,CLEAR.")


def _nothing(found: Measured, meetings: int, whole: int, request: Request) -> str:
    if not whole:
        return (f"None of {meetings} pairs of clips can test {found.metric.id}: the metric abstains, gives "
                "a tie, or measured an end that is not shown (see --excerpt ends and --seconds).")
    return (f"None of {whole} pairs of clips is matched: all differ by more than {request.off_axis:g} on "
            f"{' or '.join(found.others)}. Allow more with --off-axis, and say so in the report.")


def _left_out(one: Meeting, reason: str) -> LeftOut:
    return LeftOut(reason, (one.first.setup, one.second.setup), one.first.prompt, one.first.seed,
                   f"{one.first.name} against {one.second.name}")
