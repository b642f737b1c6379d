"""Entries of runs to one usable clip at each place of a study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from steadybench.study.planning.candidates import Candidate, LeftOut

if TYPE_CHECKING:
    from reports.gather import Setup, Shot
    from reports.model import ClipEntry

_Shape: TypeAlias = tuple[Fraction | None, tuple[int, int], float]
"""Frames a second, None where intervals differ; width and height; seconds."""
NO_SEED = -1


@dataclass(frozen=True, slots=True)
class Found:
    """One entry of a run: a clip under one of its names."""

    run: Path
    entry: ClipEntry
    shot: Shot
    setup: Setup


def left_out(one: Found, reason: str, detail: str = "") -> LeftOut:
    """Say why an entry is not in the study; the reason names nothing, the detail may."""
    return LeftOut(reason, (one.setup,), one.entry.prompt_id, one.entry.seed, one.entry.clip, detail)


def parted(found: Sequence[Found], indices: Mapping[Setup, Mapping[int, int]]
            ) -> tuple[list[Candidate], list[LeftOut]]:
    """Part entries into one usable clip a place and the rest with reasons."""
    places: dict[tuple[object, ...], dict[str, list[Found]]] = defaultdict(lambda: defaultdict(list))
    out: list[LeftOut] = []
    for one in found:
        if reason := _fault(one):
            out.append(left_out(one, *reason))
        else:
            places[_place(one)][one.entry.clip_sha256].append(one)
    single = [ones for digests in places.values() for ones in digests.values() if len(digests) == 1]
    out += [left_out(one, "another clip of the same system, prompt and seed differs from it; choose with "
                     "--exclude", str(one.entry.path)) for digests in places.values() if len(digests) > 1
            for ones in digests.values() for one in ones[:1]]
    alone, doubles = _without_doubles(single)
    made: list[Candidate] = []
    for ones in alone:
        candidate = _candidate(ones, indices)
        if isinstance(candidate, LeftOut):
            out.append(candidate)
        else:
            made.append(candidate)
    return made, [*out, *doubles]


def _seed(one: Found) -> int:
    return NO_SEED if one.entry.seed is None else one.entry.seed


def _place(one: Found) -> tuple[Setup, str, int]:
    return one.setup, one.entry.prompt_id, _seed(one)


def seed_indices(found: Sequence[Found]) -> dict[Setup, dict[int, int]]:
    """Number the seeds of each system, among all seeds of the runs that hold it."""
    of_run: dict[Path, set[int]] = defaultdict(set)
    for one in found:
        of_run[one.run].add(_seed(one))
    seeds: dict[Setup, set[int]] = defaultdict(set)
    for one in found:
        seeds[one.setup] |= of_run[one.run]
    return {setup: {seed: index for index, seed in enumerate(sorted(own))} for setup, own in seeds.items()}


def _fault(one: Found) -> tuple[str, str] | None:
    """Why a clip cannot be shown, without names, and what the terminal adds."""
    entry = one.entry
    if not entry.clip_sha256:
        return "the run has no clip that could be read", "; ".join(entry.notes[-1:])
    if not entry.method:
        return "nobody said which method made it (a manifest does, see score --manifest)", ""
    if not entry.prompt_id:
        return "nobody said to which prompt it belongs (prompt_id in a manifest, see score --manifest)", ""
    if entry.fixed_camera is False:
        return "its camera is not meant to be fixed", ""
    return None if entry.path.is_file() else ("its file is missing", f"{entry.path} is not there")


def _without_doubles(groups: Sequence[Sequence[Found]]) -> tuple[list[Sequence[Found]], list[LeftOut]]:
    """Leave out files with the same bytes at several places.

    Under several seeds of one system and prompt the first stands. Otherwise nobody can know which of the
    places the file belongs to, and it is shown at none.
    """
    same: dict[str, list[Sequence[Found]]] = defaultdict(list)
    for ones in groups:
        same[ones[0].entry.clip_sha256].append(ones)
    alone: list[Sequence[Found]] = []
    out: list[LeftOut] = []
    for twins in same.values():
        if len({_place(ones[0])[:2] for ones in twins}) == 1:
            first, *others = sorted(twins, key=lambda ones: _seed(ones[0]))
            alone.append(first)
            out += [left_out(ones[0], "its bytes are those of a lower seed") for ones in others]
            continue
        out += [left_out(ones[0], "the same bytes stand for another system or prompt too") for ones in twins]
    return alone, out


def _candidate(ones: Sequence[Found], indices: Mapping[Setup, Mapping[int, int]]) -> Candidate | LeftOut:
    from metrics.errors import ClipError

    first = min(ones, key=lambda one: str(one.entry.path))
    try:
        rate, size, seconds = _facts(first.entry.facts) or _probed(first.entry.path)
    except (ClipError, OSError, ValueError) as error:
        return left_out(first, "its file cannot be read", str(error))
    values = {(reading.metric, reading.identity): reading.value
              for one in ones for reading in one.shot.readings if reading.value is not None}
    return Candidate(
        first.setup, first.entry.prompt_id, _seed(first), indices[first.setup][_seed(first)],
        first.entry.clip, first.entry.path, first.entry.clip_sha256,
        tuple(sorted({one.run.name for one in ones})), rate, size, seconds, values,
    )  # fmt: skip


def _facts(facts: Mapping[str, object]) -> _Shape | None:
    """What a record says of its clip; None where none says all of it."""
    told = [facts.get(name) for name in ("fps", "width", "height", "duration_s")]
    numbers = [float(number) for number in told if isinstance(number, int | float) and number > 0]
    if len(numbers) < len(told):
        return None
    fps, width, height, seconds = numbers
    return None if facts.get("variable_rate") else _rate(fps), (int(width), int(height)), seconds


def _probed(path: Path) -> _Shape:
    """What the header of an unmeasured clip says."""
    from metrics.clip import probe

    header = probe(path)
    if not header.promised_duration_s or not header.promised_fps:
        raise ValueError(f"{path} states neither length nor frame rate; score it first")
    return _rate(header.promised_fps), (header.width, header.height), header.promised_duration_s


def _rate(fps: float) -> Fraction:
    """Frames a second as the fraction that was meant, such as 30000/1001."""
    return Fraction(fps).limit_denominator(1001)

